// A briefing in the making: how far it is, and its sections as they are finished.
import { h, icon, replace, svg } from '../page/dom.js';
import { problemOf, request } from '../page/api.js';
import { follow } from '../page/stream.js';
import { say } from '../page/words.js';

const steps = ['survey', 'outline', 'write', 'check', 'finish'];
const besides = 4; // steps that the server counts besides the sections
const glance = 2000; // milliseconds that a section is there before somebody may have begun to read it

// A Making shows the progress of a BriefingPage's briefing. Its rows are there from the
// beginning, so that nothing moves.
export class Making {
  constructor(page, briefing) {
    this.page = page;
    this.briefing = briefing;
    this.touched = false; // by who may be reading
    this.items = new Map(steps.map((step) => [step, h('li', { 'data-state': 'next' }, stepMark(), h('span', { say: 'briefing.step.' + step }))]));
    this.bar = h('progress', { max: '1', value: '0', label: 'briefing.progress' });
    this.line = h('span', { class: 'quiet', say: 'briefing.status.' + briefing.status });
    this.button = page.writes ? h('button', { type: 'button', on: { click: () => this.cancel() } }, icon('stop'), h('span', { say: 'briefing.cancel' })) : null;
    this.problem = h('p', { class: 'problem', role: 'alert' });
    this.element = h('section', { class: 'making', label: 'briefing.progress' },
      h('ol', { class: 'making-steps' }, [...this.items.values()]), this.bar,
      h('div', { class: 'making-line' }, h('span', { class: 'pulse', 'aria-hidden': 'true' }), this.line, this.button), this.problem);
  }

  // follow shows what happens until the end. It returns the problem that the server ended
  // with, if it did.
  async follow(signal) {
    let problem = null;
    const path = this.page.path('/events');
    const touch = () => {
      this.touched = this.first !== undefined;
    };
    for (const event of ['wheel', 'touchmove', 'keydown', 'pointerdown']) addEventListener(event, touch, { passive: true, signal });
    await follow({ path }, {
      signal,
      resume: () => path,
      onBreak: () => say(this.line, 'ask.resuming'),
      onEvent: (name, data) => {
        if (name === 'step') this.step(data);
        else if (name === 'section') this.section(data);
        else if (name === 'error') problem = data;
      },
    });
    return problem;
  }

  step({ step, done, of, counts }) {
    this.bar.max = of;
    this.bar.value = done;
    const now = steps.indexOf(step);
    steps.forEach((name, at) => {
      const item = this.items.get(name);
      item.dataset.state = at < now ? 'done' : at === now ? 'now' : 'next';
      if (at === now) item.setAttribute('aria-current', 'step');
      else item.removeAttribute('aria-current');
    });
    if (step === 'survey' && done === 0) this.page.text.clear(); // the server has begun anew
    if (step === 'survey') say(this.line, 'briefing.status.running');
    else if (step === 'write') say(this.line, 'briefing.writing', { done: Math.max(done - 2, 0), of: of - besides, articles: counts.articles });
    else say(this.line, 'briefing.counts', counts);
  }

  section(data) {
    if (!data.sentences.length) return; // told again of one that came to nothing
    this.first ??= performance.now();
    this.page.text.add(data, this.briefing, this.isRead());
  }

  // isRead reports whether somebody may be reading a section already.
  isRead() {
    const slowly = this.briefing.mode === 'model' && performance.now() - this.first > glance; // extracts are there at once
    return this.first !== undefined && (this.touched || slowly);
  }

  async cancel() {
    if (this.button.ariaDisabled === 'true') return; // not disabled, with which it would lose the focus
    this.button.ariaDisabled = 'true';
    replace(this.problem);
    try {
      await request(this.page.path('/cancel'), { method: 'POST' });
    } catch (error) {
      const { code, words } = problemOf(error);
      if (code === 'conflict') return; // it has ended by itself; the stream tells how
      say(this.problem, words.key, words.with);
      this.button.ariaDisabled = null;
    }
  }
}

// stepMark is a ring, which is filled for the step that is going on and ticked for one that
// is over; the style sheet shows the part that is meant.
function stepMark() {
  return svg('svg', { class: 'step-mark', viewBox: '0 0 16 16', 'aria-hidden': 'true', focusable: 'false' },
    svg('circle', { cx: '8', cy: '8', r: '6' }), svg('circle', { class: 'step-dot', cx: '8', cy: '8', r: '3' }), svg('path', { class: 'step-tick', d: 'M5 8.2l2.2 2.3L11.2 6' }));
}
