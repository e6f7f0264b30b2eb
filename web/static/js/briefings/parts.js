// The parts of a briefing besides its sections. text is the BriefingText that they are
// part of; each is null where the briefing has nothing for it.
import { h, replace } from '../page/dom.js';
import { conflictOf } from '../source/sources.js';
import { marker, openPlace, verdictMark } from '../source/citation.js';
import { byline } from '../source/reader.js';
import { idOf, plain } from './sentence.js';
import { legend, reasons } from '../source/verdict.js';

let markers = 0;

// opening is a button that shows a place of an article in the pane.
function opening(source, properties, ...children) {
  return h('button', { ...properties, class: 'link', type: 'button', on: { click: (event) => openPlace({ ...source, opener: event.currentTarget }) } }, children);
}

// newsPart says what has changed since the briefing before.
export function newsPart(text, news) {
  if (!news) return null;
  if (!news.material) return text.part('news', h('p', { say: 'briefing.news.nothing' }), rest(news));
  const list = (kind, build) => {
    const items = news[kind];
    if (!items.length) return null;
    return [h('h3', { say: 'briefing.news.' + kind }), h('ul', { class: 'points', lang: text.language }, items.map((one, at) => h('li', {}, build(one, `news/${kind}/${at + 1}`))))];
  };
  const change = (one, ref) => h('dl', { class: 'change' },
    h('div', {}, h('dt', { say: 'briefing.news.was' }), h('dd', { class: 'was', text: plain(one.was) })),
    h('div', {}, h('dt', { say: 'briefing.news.now' }), h('dd', {}, text.sentence(one.now, ref))));
  return text.part('news',
    list('new', (one, ref) => text.sentence(one, ref)),
    list('changed', change),
    list('corrected', change),
    list('withdrawn', (one) => [h('p', { class: 'was', text: plain(one.text) }), h('p', { class: 'quiet', text: one.why })]),
    rest(news));
}

function rest({ unchanged, unmentioned }) {
  return h('p', { class: 'quiet', say: 'briefing.news.rest', sayWith: { unchanged, unmentioned } });
}

// figuresPart is the table of key figures, with what other articles say of the same.
export function figuresPart(text, figures) {
  if (!figures.length) return null;
  const others = figures.some((one) => one.others.length);
  const columns = ['what', 'value', 'date', 'source', ...(others ? ['others'] : [])];
  return text.part('figures',
    h('div', { class: 'scroller', tabindex: '0', role: 'group', label: 'briefing.figures' },
      h('table', { class: 'figures' },
        h('thead', {}, h('tr', {}, columns.map((name) => h('th', { scope: 'col', class: name === 'value' ? 'figure' : null, say: 'briefing.figure.' + name })))),
        h('tbody', {}, figures.map((one, at) => h('tr', { id: idOf('figures/' + (at + 1)) },
          h('th', { scope: 'row', text: plain(one.what), lang: text.language }),
          h('td', { class: 'figure', text: quantity(one) }),
          h('td', { class: 'date' }, dated(one.date)),
          h('td', { class: 'from' }, numbers(text, one.sentence), verdictSlot(text, one.sentence, 'figures/' + (at + 1))),
          others ? h('td', {}, one.others.map(other)) : null))))));
}

function numbers(text, sentence) {
  return sentence.citations.filter((number) => text.citations.has(number)).map((number) => marker(number, 'f' + ++markers, () => {
    const { article, spans } = text.citations.get(number);
    return { article, spans, own: sentence.spans.filter((span) => span.number === number), sentence: { verdict: sentence.verdict, judge: sentence.judge, why: [] } };
  }));
}

// verdictSlot holds the mark of a figure's sentence, whose words the table does not show.
function verdictSlot(text, sentence, ref) {
  const slot = h('span', { class: 'slot', 'data-verdict': sentence.verdict });
  const judge = (verdict, why) => {
    slot.dataset.verdict = verdict;
    replace(slot, verdictMark({ verdict, judge: sentence.judge, why }));
  };
  judge(sentence.verdict, []);
  text.views.set(ref, { sentence, judge });
  return slot;
}

function other({ value, unit, article, span }) {
  return h('div', { class: 'other' }, opening({ article, spans: [span] }, { text: quantity({ value, unit }) }), ' ', byline(article));
}

// quantity is a figure with its unit; a space stands before one in Latin letters.
function quantity({ value, unit }) {
  return value + (/^[A-Za-z]/.test(unit) ? ' ' : '') + unit;
}

// dated is what a figure is of: a day, month or year as it is written, a quarter or half
// in words.
function dated(date) {
  const [, year, part, number] = /^(\d{4})-(?:(Q)(\d)|H[12])$/.exec(date) ?? [];
  return year ? h('span', { say: 'briefing.date.' + (part ?? date.slice(-2)), sayWith: { year, number } }) : date;
}

// timelinePart draws the dated events on a line, year by year. A point that is not known
// to the day is open.
export function timelinePart(text, moments) {
  if (!moments.length) return null;
  const years = Map.groupBy(moments.map((moment, at) => ({ ...moment, at })), (moment) => moment.date.slice(0, 4));
  return text.part('timeline', h('div', { class: 'timeline' }, [...years].flatMap(([year, list]) => [
    h('h3', { text: year }),
    h('ol', {}, list.map(({ date, precision, sentence, at }) => h('li', { 'data-precision': precision },
      precision === 'year'
        ? h('span', { class: 'date', say: 'briefing.inyear' })
        : h('time', { class: 'date', datetime: date }, h('span', { class: 'visually-hidden', text: year + '-' }), date.slice(5)),
      h('div', { class: 'text', lang: text.language }, text.sentence(sentence, `timeline/${at + 1}`)))))])));
}

// conflictsPart shows the statements that disagree side by side.
export function conflictsPart(text, conflicts) {
  return conflicts.length ? text.part('conflicts', conflicts.map(conflictOf)) : null;
}

// gapsPart says what the collection does not answer.
export function gapsPart(text, gaps) {
  return gaps.length ? text.part('gaps', h('ul', { class: 'points', lang: text.headings }, gaps.map((gap) => h('li', { text: plain(gap) })))) : null;
}

// droppedPart lists the sentences that were written and did not hold.
export function droppedPart(dropped) {
  if (!dropped.length) return null;
  return h('details', { class: 'dropped' },
    h('summary', { say: 'briefing.dropped', sayWith: { count: dropped.length } }),
    h('ul', {}, dropped.map((one) => h('li', {},
      h('span', { text: plain(one.text), lang: 'zh-CN' }), ' ',
      one.why.some((why) => why.kind === 'repetition')
        ? h('span', { class: 'quiet', say: 'briefing.repeated' })
        : [h('span', { class: 'quiet', say: 'verdict.' + one.verdict }), reasons(one)]))));
}

// referencesPart lists what is cited; each entry opens its article at what is quoted.
export function referencesPart(text, { citations, references, sections }) {
  if (!citations.length) return null;
  replace(text.legend, legend(sections.flatMap((section) => section.sentences.map((one) => one.verdict))));
  return text.part('references', h('ol', { class: 'references' }, citations.map((citation, at) => {
    const { number, article, spans } = citation;
    const entry = (references[at] ?? article.title).replace(/^\[\d+\] /, '');
    const state = h('span', {});
    text.states.set(article.id, state);
    showState(state, article.state);
    return h('li', { value: number }, h('div', {}, opening({ article, spans }, { text: entry, lang: text.headings }), state));
  })), text.legend);
}

// showState says what has become of an article since it was cited.
export function showState(element, state) {
  replace(element, state && state !== 'same' ? [' ', h('span', { class: 'state', say: 'state.' + state })] : null);
}
