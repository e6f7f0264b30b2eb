// The screen to check a draft on: a text goes in, and comes back with every sentence
// marked, its sources beside it.
import { h, icon, replace } from '../page/dom.js';
import { key, problemOf, request } from '../page/api.js';
import { copy } from '../page/clipboard.js';
import { save } from '../page/download.js';
import { announce } from '../page/live.js';
import { Draft } from './draft.js';
import { DraftForm } from './form.js';
import { draftPage } from './page.js';
import { draftMarkdown } from './markdown.js';
import { beside, setTitle } from '../page/shell.js';
import { takeDrops } from '../page/upload.js';
import { shape } from '../source/verdict.js';

const order = ['contradicted', 'weak', 'not_found', 'quoted', 'supported'];

// kept is the draft while its reader looks at another screen: never stored, and gone
// with the key it was checked by.
let kept = null;

export function show(root) {
  const screen = new Check(root);
  const untake = takeDrops('check.drop', (files) => screen.drop(files));
  return () => {
    untake();
    screen.leave();
  };
}

// A Check is the screen: the form, then the text that was checked.
class Check {
  constructor(root) {
    this.form = new DraftForm({ check: (asked) => this.check(asked), stop: () => this.running?.abort() });
    this.result = h('div', { class: 'check-result' });
    this.element = h('div', { class: 'page check' }, h('h1', { say: 'check.title', tabindex: '-1' }), this.form.element, this.result);
    this.keys = (event) => this.key(event);
    document.addEventListener('keydown', this.keys, { capture: true });
    root.append(this.element);
    setTitle('check.title');
    if (kept?.key !== key()) kept = null;
    if (kept) this.form.fill(kept.text);
    if (kept?.reply) this.show(kept.text, kept.reply);
    else this.form.focus();
  }

  leave() {
    document.removeEventListener('keydown', this.keys, { capture: true });
    this.running?.abort();
    kept = { key: key(), text: this.form.text, reply: this.draft ? kept?.reply : null };
  }

  drop(files) {
    if (this.running) return;
    this.edit();
    this.form.take(files);
  }

  // check sends {text} or {file}, with what narrows the search down.
  async check({ text, file, range }) {
    this.running = new AbortController();
    this.form.running(true);
    try {
      const reply = await request('/v1/check', { method: 'POST', body: file ? formOf(file, range) : { text, ...range }, signal: this.running.signal });
      const checked = reply.text ?? text;
      kept = { key: key(), text: checked, reply };
      this.form.fill(checked);
      this.show(checked, reply);
      announce('check.done', reply.coverage);
      scrollTo(0, 0);
    } catch (error) {
      if (error.name === 'AbortError') this.form.say('check.stopped');
      else this.fail(problemOf(error), Boolean(file));
    } finally {
      this.running = null;
      this.form.running(false);
    }
  }

  fail(problem, ofFile) {
    const told = problem.code === 'invalid_request' || problem.code === 'too_large' || (ofFile && problem.code === 'refused');
    const words = told ? { key: 'problem.other', with: { detail: problem.detail } } : problem.words;
    this.form.say(words.key, words.with);
  }

  show(text, reply) {
    this.text = text;
    this.reply = reply;
    this.draft = new Draft(text, reply);
    this.copied = h('span', { say: 'ask.copy' });
    this.form.element.hidden = true;
    beside(true);
    replace(this.result,
      h('div', { class: 'check-bar' },
        this.counts(),
        h('div', { class: 'buttons' },
          h('button', { class: 'quiet-button', type: 'button', label: 'check.previous', tip: 'check.previous', on: { click: () => this.go(-1) } }, icon('previous')),
          h('button', { class: 'quiet-button', type: 'button', label: 'check.next', tip: 'check.next', on: { click: () => this.go(1) } }, icon('next')),
          h('button', { type: 'button', say: 'check.edit', on: { click: () => this.edit() } }),
          h('button', { class: 'quiet-button', type: 'button', tip: 'check.copy.tip', on: { click: () => this.copy() } }, icon('copy'), this.copied),
          this.saving('Markdown', () => this.saveMarkdown()),
          this.saving('HTML', () => save('checked.html', blobOf('text/html', draftPage(this.text, this.reply, location.origin)))))),
      this.draft.element);
  }

  saving(format, click) {
    return h('button', { class: 'quiet-button', type: 'button', tip: 'check.save', tipWith: { format }, on: { click } }, icon('save'), h('span', { text: format }));
  }

  // counts says how many sentences have which verdict; each leads to the next of them.
  counts() {
    const { claims } = this.reply.coverage;
    if (!claims) return h('p', { class: 'quiet', say: 'check.noclaim' });
    const of = (verdict) => this.reply.sentences.filter((one) => one.verdict === verdict).length;
    return h('ul', { class: 'check-counts', label: 'check.counts' }, order.filter(of).map((verdict) => h('li', { 'data-verdict': verdict },
      h('button', { class: 'quiet-button', type: 'button', tip: 'check.nextof', on: { click: () => this.draft.go(1, [verdict]) } },
        shape(verdict), h('span', { say: 'verdict.' + verdict }), h('strong', { text: String(of(verdict)) })))));
  }

  go(by) {
    if (!this.draft.go(by)) announce('check.clean');
  }

  // edit goes back to the text, at the sentence that had the focus.
  edit() {
    if (!this.draft) return;
    const at = this.draft.current?.sentence;
    this.draft = null;
    replace(this.result);
    this.form.element.hidden = false;
    beside(false);
    this.form.focus(at);
  }

  key(event) {
    if (event.key === 'Escape' && this.running) {
      event.preventDefault();
      this.running.abort();
    }
    const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!by || !event.altKey || !this.draft || document.querySelector('dialog[open]')) return;
    event.preventDefault();
    this.go(by);
  }

  markdown() {
    return draftMarkdown(this.text, this.reply, location.origin);
  }

  saveMarkdown() {
    save('checked.md', blobOf('text/markdown', this.markdown()));
  }

  copy() {
    return copy(this.markdown(), this.copied, () => this.saveMarkdown());
  }
}

// blobOf is what is saved of a text.
function blobOf(type, content) {
  return new Blob([content], { type: type + ';charset=utf-8' });
}

function formOf({ name, file }, range) {
  const form = new FormData();
  form.append('request', new Blob([JSON.stringify(range)], { type: 'application/json' }));
  form.append('files', file, name);
  return form;
}
