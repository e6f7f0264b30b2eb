// One briefing: as it is made, and to be read with its sources beside it.
import { h, replace } from './dom.js';
import { open, problemOf, query, request } from './api.js';
import { announce } from './live.js';
import { marker, openPlace, verdictMark } from './citation.js';
import { follow } from './stream.js';
import { navigate } from './route.js';
import { byline, titleOf } from './reader.js';
import { role, setTitle } from './shell.js';

const formats = ['docx', 'html', 'md'];

export function show(root, path, params) {
  const page = new BriefingPage(root, params.id);
  page.read();
  return () => page.left.abort();
}

// A BriefingPage shows one briefing.
class BriefingPage {
  constructor(root, id) {
    this.id = id;
    this.left = new AbortController();
    this.marks = 0;
    this.title = h('h1', { tabindex: '-1' }, h('span', { say: 'loading' }));
    this.line = h('div', { class: 'briefing-line' });
    this.state = h('div', { role: 'status' });
    this.body = h('div', { class: 'briefing-body' });
    root.append(h('div', { class: 'page briefing' }, this.title, this.line, this.state, this.body));
    setTitle('briefings.title');
  }

  path(rest = '') {
    return '/v1/briefings/' + encodeURIComponent(this.id) + rest;
  }

  async read() {
    try {
      const briefing = await request(this.path(), { signal: this.left.signal });
      if (briefing.status === 'queued' || briefing.status === 'running') await this.watch(briefing);
      else await this.settle(briefing);
    } catch (error) {
      this.fail(error);
    }
  }

  // watch shows how the briefing is made.
  async watch(briefing) {
    this.head(briefing);
    this.bar = h('progress', { max: 1, value: 0, label: 'briefing.progress' });
    this.step = h('p', { class: 'quiet', say: 'briefing.status.queued' });
    replace(this.state, this.step, this.bar);
    if ((await role()) === 'write') this.state.append(h('button', { type: 'button', say: 'briefing.cancel', on: { click: () => this.cancel() } }));
    replace(this.body);
    await follow({ path: this.path('/events') }, {
      signal: this.left.signal,
      resume: () => this.path('/events'),
      onEvent: (name, data) => this.event(name, data),
    });
    await this.settle(await request(this.path(), { signal: this.left.signal }));
  }

  event(name, data) {
    if (name === 'step') {
      this.bar.max = data.of;
      this.bar.value = data.done;
      replace(this.step, h('span', { say: 'briefing.step.' + data.step }), data.section ? h('span', { text: ' ' + data.section }) : null);
    } else if (name === 'section') {
      // Its numbers come with the whole.
      this.body.append(h('section', {}, h('h2', { text: data.heading }),
        h('p', { class: 'text', text: data.sentences.map((one) => pieces(one.text).filter((piece) => piece.text).map((piece) => piece.text).join('')).join('') })));
    }
  }

  async cancel() {
    try {
      await request(this.path('/cancel'), { method: 'POST' });
    } catch (error) {
      this.fail(error);
    }
  }

  head(briefing) {
    replace(this.title, briefing.title || briefing.topic);
    const period = [briefing.request?.from, briefing.request?.to].filter(Boolean).join(' – ');
    replace(this.line, [briefing.request?.audience, briefing.request?.focus, period, briefing.as_of].filter(Boolean).map((text) => h('span', { text })),
      briefing.mode === 'model' ? h('span', { text: briefing.model.name }) : h('span', { class: 'badge', say: 'briefing.extracts' }));
  }

  async settle(briefing) {
    this.briefing = briefing;
    this.citations = new Map(briefing.citations.map((one) => [one.number, one]));
    this.head(briefing);
    replace(this.state);
    replace(this.body);
    if (briefing.status !== 'done') return this.showEnd(briefing);
    await this.showTools();
    this.body.lang = briefing.language === 'en' && briefing.mode === 'model' ? 'en' : 'zh-CN';
    this.showWhole(briefing);
    announce('briefing.ready');
  }

  showEnd({ status, problem, refusal }) {
    this.state.append(h('p', { class: 'problem', say: 'briefing.status.' + status }));
    if (problem) this.state.append(h('p', { text: problem.detail }));
    if (!refusal) return;
    this.state.append(h('p', { text: refusal.text }), h('ul', { class: 'plain' }, refusal.nearest.map((article) => h('li', {},
      h('a', { href: '/articles/' + encodeURIComponent(article.id) }, titleOf(article)), ' ', byline(article)))));
  }

  async showTools() {
    const tools = h('div', { class: 'buttons' }, formats.map((format) => h('button', { type: 'button', text: format.toUpperCase(), on: { click: () => this.download(format) } })));
    tools.append(h('button', { type: 'button', say: 'briefing.recheck', on: { click: () => this.recheck() } }));
    if ((await role()) === 'write') {
      const { topic, focus } = this.briefing.request;
      tools.append(
        h('a', { class: 'button', href: '/briefings' + query({ topic, focus, previous_id: this.id }), say: 'briefing.follow' }),
        this.deleting());
    }
    replace(this.state, tools);
  }

  // download fetches a document, as a link could not send the key.
  async download(format) {
    try {
      const response = await open(this.path('.' + format));
      const address = URL.createObjectURL(await response.blob());
      const link = h('a', { download: this.briefing.title + '.' + format });
      link.href = address;
      link.click();
      setTimeout(() => URL.revokeObjectURL(address), 60000);
    } catch (error) {
      this.fail(error);
    }
  }

  async recheck() {
    try {
      const got = await request(this.path('/recheck'), { method: 'POST' });
      const moved = got.sentences.filter((one) => one.was !== one.now);
      this.state.querySelector('.recheck')?.remove();
      this.state.append(h('div', { class: 'recheck' },
        h('p', { say: moved.length ? 'briefing.moved' : 'briefing.same', sayWith: { count: moved.length } }),
        h('ul', { class: 'plain' }, moved.map((one) => h('li', {}, h('code', { text: one.ref }), ' ',
          h('span', { say: 'verdict.' + one.was }), ' → ', h('span', { say: 'verdict.' + one.now }))))));
    } catch (error) {
      this.fail(error);
    }
  }

  // deleting makes the button that deletes at its second press.
  deleting() {
    const button = h('button', { type: 'button', say: 'briefing.delete' });
    const sure = h('button', { type: 'button', say: 'briefing.sure', on: { click: () => this.remove(), blur: () => sure.replaceWith(button) } });
    button.addEventListener('click', () => {
      button.replaceWith(sure);
      sure.focus();
    });
    return button;
  }

  async remove() {
    try {
      await request(this.path(), { method: 'DELETE' });
      navigate('/briefings');
    } catch (error) {
      this.fail(error);
    }
  }

  showWhole(b) {
    const part = (key, ...content) => this.body.append(h('section', {}, h('h2', { say: key }), content));
    this.body.append(...b.caveats.map((one) => h('p', { class: 'quiet', text: one.text })));
    part('briefing.summary', h('ul', { class: 'text points' }, b.summary.map((one) => h('li', {}, this.sentence(one)))));
    if (b.news) part('briefing.news', this.news(b.news));
    for (const section of b.sections) {
      this.body.append(h('section', {}, h('h2', { text: section.heading }), paragraphs(section.sentences).map((list) => h('p', { class: 'text' }, list.map((one) => this.sentence(one))))));
    }
    if (b.figures.length) part('briefing.figures', this.figures(b.figures));
    if (b.timeline.length) part('briefing.timeline', h('ol', { class: 'timeline' }, b.timeline.map((one) => h('li', {}, h('time', { text: one.date, datetime: one.date }), h('div', {}, this.sentence(one.sentence))))));
    if (b.conflicts.length) part('briefing.conflicts', b.conflicts.map((one) => this.conflict(one)));
    if (b.gaps.length) part('briefing.gaps', h('ul', { class: 'points' }, b.gaps.map((text) => h('li', { text }))));
    if (b.dropped.length) {
      this.body.append(h('details', {}, h('summary', { say: 'briefing.dropped', sayWith: { count: b.dropped.length } }),
        h('ul', { class: 'points' }, b.dropped.map((one) => h('li', {}, h('span', { text: one.text + ' ' }), h('span', { class: 'quiet', say: 'verdict.' + one.verdict }))))));
    }
    part('briefing.references', h('ol', { class: 'references' }, b.citations.map((one, i) => h('li', {},
      h('button', { class: 'link', type: 'button', text: b.references[i] ?? one.article.title, on: { click: (event) => openPlace({ article: one.article, spans: one.spans, opener: event.currentTarget }) } }),
      one.article.state === 'same' ? null : h('span', { class: 'state', say: 'state.' + one.article.state })))));
  }

  // sentence builds a sentence with the buttons of its numbers.
  sentence(one) {
    const judged = { verdict: one.verdict, judge: one.judge, why: [] };
    return h('span', { class: 'sentence', 'data-verdict': one.verdict }, pieces(one.text).map((piece) => (piece.text ? piece.text : this.number(piece.number, one, judged))), verdictMark(judged), ' ');
  }

  number(number, one, judged) {
    const citation = this.citations.get(number);
    if (!citation) return null;
    return marker(number, 'b' + ++this.marks, () => ({ article: citation.article, spans: citation.spans, own: one.spans.filter((span) => span.number === number), sentence: judged }));
  }

  figures(list) {
    const head = ['what', 'value', 'date', 'source'].map((name) => h('th', { scope: 'col', say: 'briefing.figure.' + name }));
    return h('div', { class: 'table-room', tabindex: '0', role: 'group', label: 'briefing.figures' }, h('table', {}, h('thead', {}, h('tr', {}, head)), h('tbody', {}, list.map((one) => h('tr', {},
      h('th', { scope: 'row', text: one.what }),
      h('td', {}, one.value + one.unit, one.others.map((other) => h('div', { class: 'quiet' }, other.value + other.unit, ' ', byline(other.article)))),
      h('td', { text: one.date }),
      h('td', {}, one.sentence.citations.map((number) => this.number(number, one.sentence, { verdict: one.sentence.verdict, why: [] }))))))));
  }

  conflict(one) {
    return h('div', { class: 'conflict' }, h('p', { text: one.about }), one.sides.map((side) => h('blockquote', {},
      h('p', { text: side.quote }),
      h('button', { class: 'link', type: 'button', on: { click: (event) => openPlace({ article: side.article, spans: [side.span], opener: event.currentTarget }) } }, titleOf(side.article)), ' ', byline(side.article))));
  }

  news(news) {
    if (!news.material) return h('p', { say: 'briefing.nothing' });
    const list = (key, items) => (items.length ? [h('h3', { say: key }), h('ul', { class: 'text points' }, items)] : []);
    const change = (one) => h('li', {}, h('p', { class: 'quiet', text: one.was }), this.sentence(one.now));
    return [
      ...list('briefing.news.new', news.new.map((one) => h('li', {}, this.sentence(one)))),
      ...list('briefing.news.changed', news.changed.map(change)),
      ...list('briefing.news.corrected', news.corrected.map(change)),
      ...list('briefing.news.withdrawn', news.withdrawn.map((one) => h('li', {}, h('p', { text: one.text }), h('p', { class: 'quiet', text: one.why })))),
      h('p', { class: 'quiet', say: 'briefing.news.rest', sayWith: { unchanged: news.unchanged, unmentioned: news.unmentioned } }),
    ];
  }

  fail(error) {
    if (error?.name === 'AbortError') return;
    const words = problemOf(error).words;
    if (!this.briefing) replace(this.title);
    this.state.append(h('p', { class: 'problem', say: words.key, sayWith: words.with }));
  }
}

// paragraphs puts sentences of one article, one after the other, together.
function paragraphs(sentences) {
  const list = [];
  for (const one of sentences) {
    const last = list.at(-1);
    if (last && last[0].citations[0] === one.citations[0]) last.push(one);
    else list.push([one]);
  }
  return list;
}

// pieces cuts a sentence into text and the numbers of its markers; \[ and \] are text.
function pieces(text) {
  const list = [];
  let rest = 0;
  const add = (end) => {
    if (end > rest) list.push({ text: text.slice(rest, end).replace(/\\([[\]])/g, '$1') });
  };
  for (const found of text.matchAll(/(?<!\\)\[(\d+)\]/g)) {
    add(found.index);
    list.push({ number: Number(found[1]) });
    rest = found.index + found[0].length;
  }
  add(text.length);
  return list;
}
