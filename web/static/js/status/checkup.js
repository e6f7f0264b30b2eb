// What the doctor finds: each part with a mark of its own shape, and what to do about it.
import { h, icon, replace } from '../page/dom.js';
import { problemOf, query, request } from '../page/api.js';
import { has, say } from '../page/words.js';

const parts = ['configuration', 'data', 'record', 'vectors', 'index', 'embedder', 'model', 'network', 'pdf'];

// A Checkup is the section that shows it. role() is what the reader may do.
export class Checkup {
  constructor(signal, role) {
    this.signal = signal;
    this.role = role;
    this.button = h('button', { type: 'button', say: 'checkup.now', on: { click: () => this.run(true) } });
    this.state = h('p', { class: 'checkup-state quiet', role: 'status' });
    this.list = h('ul', { class: 'findings' }, parts.map((part) => row(part, null, h('span', { class: 'quiet', text: '…' }))));
    this.element = h('section', { class: 'status-part checkup' },
      h('div', { class: 'checkup-head' }, h('h2', { say: 'checkup.title' }), this.button), this.state, this.list);
  }

  // run asks the doctor: whole, who may write always anew; or only what costs nothing.
  async run(whole) {
    if (this.running) return;
    this.running = true;
    this.button.setAttribute('aria-disabled', 'true'); // not disabled: it would lose the focus
    if (whole) say(this.button, 'checkup.running');
    try {
      const wanted = whole ? { again: this.role() === 'write' ? 'true' : '' } : { offline: 'true' };
      this.show(await request('/v1/doctor' + query(wanted), { signal: this.signal }), whole);
    } catch (error) {
      const { words } = problemOf(error);
      if (!this.signal.aborted) replace(this.state, h('span', { class: 'problem', say: words.key, sayWith: words.with }));
    }
    this.running = false;
    this.button.removeAttribute('aria-disabled');
    say(this.button, 'checkup.now');
  }

  show({ findings, checked }, whole) {
    const faults = findings.filter((one) => !one.ok).length;
    replace(this.state,
      h('span', { say: faults ? 'checkup.faults' : 'checkup.well', sayWith: { count: faults, time: clock(checked) } }),
      whole ? null : h('span', { say: 'checkup.offline' }));
    replace(this.list, findings.map((one) => row(one.part, one.ok, words(one), advice(one))));
  }
}

function row(part, ok, ...content) {
  const mark = ok === null ? null : h('span', { class: 'mark', role: 'img', label: ok ? 'checkup.good' : 'checkup.bad' }, icon(ok ? 'tick' : 'close'));
  return h('li', { 'data-ok': ok === null ? null : String(ok) },
    mark ?? h('span', { class: 'mark' }), h('span', { class: 'finding-part', say: 'doctor.part.' + part }), h('div', { class: 'finding-text' }, content));
}

// words says a finding in the language chosen, in English where there are none for it.
function words({ code, text, with: given }) {
  return has('doctor.' + code) ? h('p', { say: 'doctor.' + code, sayWith: given }) : h('p', { text, lang: 'en' });
}

function advice({ code, advice, with: given }) {
  if (!advice) return null;
  const key = 'doctor.' + code + '.advice';
  return has(key) ? h('p', { class: 'quiet', say: key, sayWith: given }) : h('p', { class: 'quiet', text: advice, lang: 'en' });
}

function clock(time) {
  return new Date(time).toTimeString().slice(0, 8);
}
