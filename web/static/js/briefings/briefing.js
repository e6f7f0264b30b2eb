// One briefing: as it is made, and to be read with its sources beside it.
import { h, replace } from '../page/dom.js';
import { Problem, problemOf, request } from '../page/api.js';
import { announce } from '../page/live.js';
import { refusalBox } from '../source/sources.js';
import { BriefingText } from './text.js';
import { Making } from './making.js';
import { Tools } from './tools.js';
import { beside, setTitle } from '../page/shell.js';
import { role } from '../page/signin.js';
import { rangeOf } from '../page/chips.js';

export function show(root, path, params) {
  const page = new BriefingPage(root, params.id);
  page.read();
  return () => page.leave();
}

// A BriefingPage shows one briefing.
class BriefingPage {
  constructor(root, id) {
    this.id = id;
    this.left = new AbortController();
    this.title = h('h1', { tabindex: '-1' }, h('span', { say: 'loading' }));
    this.line = h('div', { class: 'briefing-line' });
    this.state = h('div', { class: 'briefing-state' });
    this.text = new BriefingText();
    root.append(h('div', { class: 'page briefing' }, this.title, this.line, this.state, this.text.contents, this.text.element));
    setTitle('briefings.title');
    beside(true);
  }

  leave() {
    this.left.abort();
  }

  path(rest = '') {
    return '/v1/briefings/' + encodeURIComponent(this.id) + rest;
  }

  async read() {
    try {
      const [briefing, may] = await Promise.all([request(this.path(), { signal: this.left.signal }), role()]);
      this.writes = may === 'write';
      if (this.left.signal.aborted) return;
      this.showHead(briefing);
      if (briefing.status === 'queued' || briefing.status === 'running') await this.watch(briefing);
      else this.settle(briefing, { held: false });
    } catch (error) {
      this.fail(error);
    }
  }

  // watch shows how the briefing is made, and then what came of it.
  async watch(briefing) {
    const making = new Making(this, briefing);
    this.put(making.element);
    const problem = await making.follow(this.left.signal);
    const made = await request(this.path(), { signal: this.left.signal });
    if (made.status === 'queued' || made.status === 'running') { // the server is stopping, and will begin anew
      this.fail(new Problem(problem ?? { code: 'network' }));
      return;
    }
    this.settle(made, { held: making.isRead() });
    announce('briefing.ended.' + made.status);
  }

  // put shows how it stands with the briefing. A focus that goes with what was there comes
  // to the heading.
  put(...nodes) {
    const focused = this.state.contains(document.activeElement);
    replace(this.state, ...nodes);
    if (focused) this.title.focus({ preventScroll: true });
  }

  // showHead shows what is known from the beginning.
  showHead(briefing) {
    const { request: asked, created, as_of: asOf, mode, model } = briefing;
    const title = briefing.title || briefing.topic;
    setTitle({ text: title });
    this.text.speak(briefing);
    this.title.lang = briefing.language === 'en' ? 'en' : 'zh-CN';
    replace(this.title, title);
    const about = (key, parameters) => h('span', { say: key, sayWith: parameters });
    replace(this.line,
      mode === 'model'
        ? h('span', { class: 'badge', say: 'ask.model', tip: 'briefing.model', tipWith: { name: model.name } })
        : h('span', { class: 'badge', say: 'ask.extracts', tip: 'ask.extracts.tip' }),
      title.includes(briefing.topic) ? null : about('briefing.about.topic', { topic: briefing.topic }),
      asked.audience ? about('briefing.about.audience', { audience: asked.audience }) : null,
      asked.focus ? about('briefing.about.focus', { focus: asked.focus }) : null,
      asked.from || asked.to ? about('chip.published', { range: rangeOf(asked.from, asked.to) }) : null,
      (asked.filter?.outlets ?? []).map((name) => about('chip.outlet', { name })),
      (asked.filter?.tags ?? []).map((name) => about('chip.tag', { name })),
      asOf ? about('ask.asof', { date: asOf }) : about('briefing.about.created', { date: created.slice(0, 10) }),
      asked.previous_id ? h('a', { href: '/briefings/' + encodeURIComponent(asked.previous_id), say: 'briefing.about.previous' }) : null);
  }

  // settle shows a briefing that has ended. held keeps what is read where it is.
  settle(briefing, { held }) {
    this.briefing = briefing;
    const done = briefing.status === 'done';
    const change = () => {
      this.showHead(briefing);
      if (done) this.put(new Tools(this).element, coverageLine(briefing));
      else this.showEnd(briefing);
    };
    if (done) this.text.settle(briefing, { held, besides: change });
    else change();
    if (!held && location.hash) document.getElementById(location.hash.slice(1))?.scrollIntoView();
  }

  showEnd({ status, problem, refusal }) {
    this.text.clear();
    const words = problem ? new Problem(problem).words : null;
    this.put(
      h('p', { class: 'problem', say: 'briefing.ended.' + status }),
      words ? h('p', { say: words.key, sayWith: words.with }) : null,
      refusalBox(refusal, { above: 1, named: (reason) => 'briefing.refused.' + reason }),
      new Tools(this).element);
  }

  fail(error) {
    if (error?.name === 'AbortError') return;
    const words = problemOf(error).words;
    if (this.title.firstChild?.nodeType === Node.ELEMENT_NODE) replace(this.title, h('span', { say: 'briefings.title' }));
    this.put(
      h('p', { class: 'problem', role: 'alert', say: words.key, sayWith: words.with }),
      h('div', { class: 'buttons' },
        problemOf(error).status === 404 ? null : h('button', { type: 'button', say: 'briefing.retry', on: { click: () => this.read() } }),
        h('a', { class: 'button', href: '/briefings', say: 'briefing.all' })));
  }
}

function coverageLine({ coverage, found }) {
  const { claims, supported } = coverage;
  return h('p', { class: 'quiet' },
    h('span', { say: 'ask.coverage', sayWith: { claims, supported } }),
    found ? [' · ', h('span', { say: 'briefing.found', sayWith: found })] : null);
}
