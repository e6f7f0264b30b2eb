// The text of a briefing: its sections as they are written, then all of it. What is on
// the page stays the same elements, so that a reader, the focus and the pane stay where
// they are when the rest comes.
import { h, icon, replace } from '../page/dom.js';
import { SentenceView, wordsOf } from './sentence.js';
import { conflictsPart, droppedPart, figuresPart, gapsPart, newsPart, referencesPart, timelinePart } from './parts.js';
import { byline } from '../source/reader.js';
import { steady } from './steady.js';

const longParagraph = 360; // characters after which a sentence from elsewhere begins another

// A BriefingText shows the sections and the parts around them.
export class BriefingText {
  constructor() {
    this.element = h('div', { class: 'briefing-body' });
    this.contents = h('nav', { class: 'contents', label: 'briefing.contents', hidden: true });
    this.sections = new Map(); // heading → {element, body, place, views}
    this.states = new Map(); // article's id → the element that says what has become of it
    this.legend = h('div', {});
    this.views = new Map(); // the interface's name of a sentence → its SentenceView
  }

  // speak names the languages of the text: extracts stay as they were written.
  speak({ language, mode }) {
    this.headings = language === 'en' ? 'en' : 'zh-CN';
    this.language = mode === 'model' ? this.headings : 'zh-CN';
  }

  // change makes a change of the text; held keeps what is read where it is.
  change(held, change) {
    if (held) steady(() => [...this.element.querySelectorAll('.sentence')], change);
    else change();
  }

  // add shows a section that has just been written, in its place.
  add({ heading, sentences, place, citations }, briefing, held) {
    const known = new Map(citations.map((one) => [one.number, { article: one.article, spans: [] }]));
    this.element.classList.add('growing');
    this.change(held, () => {
      const section = this.section(heading, place);
      this.fill(section, sentences, known, briefing);
      const later = [...this.sections.values()].filter((one) => one.place > place).sort((a, b) => a.place - b.place)[0];
      this.element.insertBefore(section.element, later?.element ?? null);
    });
  }

  // clear takes away what was written, of a briefing that came to nothing or is begun anew.
  clear() {
    this.element.classList.remove('growing');
    this.sections.clear();
    this.views.clear();
    replace(this.element);
  }

  // settle shows a briefing that is done. held keeps what is read where it is; besides
  // changes what stands around it.
  settle(briefing, { held, besides }) {
    this.citations = new Map(briefing.citations.map((one) => [one.number, one]));
    const focused = this.element.contains(document.activeElement) ? document.activeElement : null;
    this.change(held, () => {
      this.element.classList.remove('growing');
      besides();
      replace(this.element, this.all(briefing));
      this.showContents(briefing);
    });
    if (focused?.isConnected) focused.focus({ preventScroll: true });
  }

  all(b) {
    return [
      caveatList(b),
      this.part('summary', h('ul', { class: 'points', lang: this.language }, b.summary.map((one, at) => h('li', {}, this.sentence(one, `summary/${at + 1}`), this.from(b, one))))),
      newsPart(this, b.news),
      b.sections.map((one, at) => this.whole(one, at + 1, b)),
      figuresPart(this, b.figures),
      timelinePart(this, b.timeline),
      conflictsPart(this, b.conflicts),
      gapsPart(this, b.gaps),
      droppedPart(b.dropped),
      referencesPart(this, b),
    ].flat();
  }

  // part is one of the parts that every briefing may have, null without content.
  part(name, ...content) {
    return h('section', { id: name }, h('h2', { say: 'briefing.' + name }), content.flat());
  }

  // whole is a section of the briefing that is done.
  whole({ heading, sentences }, place, briefing) {
    const section = this.section(heading, place);
    this.fill(section, sentences, this.citations, briefing);
    return section.element;
  }

  section(heading, place) {
    let section = this.sections.get(heading);
    if (!section) {
      const body = h('div', {});
      section = { body, element: h('section', {}, h('h2', { text: heading, lang: this.headings }), body), views: new Map() };
      this.sections.set(heading, section);
    }
    section.place = place;
    section.element.id = 'section-' + place;
    return section;
  }

  // fill puts sentences into a section; those that are there already are taken over.
  fill(section, sentences, citations, briefing) {
    const views = new Map();
    const list = sentences.map((one, at) => {
      const name = wordsOf(one);
      const view = this.sentenceView(one, `sections/${section.place}/${at + 1}`, citations, section.views.get(name));
      section.views.delete(name);
      views.set(name, view);
      return view;
    });
    section.views = views;
    replace(section.body, paragraphs(list, briefing.mode).map((group) => h('p', { class: 'text', lang: this.language },
      spaced(group), this.from(briefing, group[0].sentence, citations))));
  }

  sentenceView(sentence, ref, citations, before) {
    before?.update(sentence, ref, citations);
    const view = before ?? new SentenceView(sentence, ref, citations);
    this.views.set(ref, view);
    return view;
  }

  // headingOf is the heading of the section in a place, null where there is none.
  headingOf(place) {
    return [...this.sections].find(([, section]) => section.place === place)?.[0] ?? null;
  }

  // sentence builds a sentence of another part.
  sentence(one, ref) {
    return this.sentenceView(one, ref, this.citations).element;
  }

  // from says where extracts are from, and when that was written: words like 去年 in them
  // count from it.
  from({ mode }, sentence, citations = this.citations) {
    const source = citations.get(sentence.citations[0]);
    return mode === 'model' || !source ? null : byline(source.article);
  }

  showContents(b) {
    const links = [
      ['summary', b.summary], ['news', b.news], ...b.sections.map((one, at) => ['section-' + (at + 1), [one], one.heading]),
      ['figures', b.figures], ['timeline', b.timeline], ['conflicts', b.conflicts], ['gaps', b.gaps], ['references', b.references],
    ].filter(([, held]) => held && held.length !== 0).map(([id, , heading]) => h('li', {}, heading
      ? h('a', { href: '#' + id, text: heading, lang: this.headings })
      : h('a', { href: '#' + id, say: 'briefing.' + id })));
    replace(this.contents, h('ul', {}, links));
    this.contents.hidden = false;
  }
}

function caveatList({ caveats, language }) {
  if (!caveats.length) return null;
  return h('ul', { class: 'caveats', lang: language === 'en' ? 'en' : 'zh-CN' }, caveats.map((one) => h('li', {}, icon('note'), h('span', { text: one.text }))));
}

// paragraphs puts sentences together that belong together: extracts of one article; what
// a model wrote is one text.
function paragraphs(views, mode) {
  const list = [];
  let length = 0;
  for (const view of views) {
    const last = list.at(-1);
    const source = view.sentence.citations[0];
    const from = last?.find((one) => one.sentence.citations.length)?.sentence.citations[0];
    const other = from && source && from !== source;
    if (!last || (other && (mode !== 'model' || length >= longParagraph))) {
      list.push([view]);
      length = 0;
    } else {
      last.push(view);
    }
    length += view.sentence.text.length;
  }
  return list;
}

// spaced puts a space behind sentences that end in Latin letters or signs.
function spaced(views) {
  return views.flatMap((view, at) => {
    const ended = wordsOf(view.sentence).replaceAll('[]', '').trimEnd();
    return at < views.length - 1 && /[!-~]$/.test(ended) ? [view.element, ' '] : [view.element];
  });
}
