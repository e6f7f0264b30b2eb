// Where a draft is typed, pasted or dropped, with what narrows the search down.
import { composing, h, icon, replace } from '../page/dom.js';
import { Narrow } from '../page/narrow.js';
import { Offsets } from '../page/offsets.js';
import { chosen } from '../page/upload.js';
import { say } from '../page/words.js';

const most = 100000; // characters of a draft, as the server takes them

// A DraftForm calls on.check({text, range}) or on.check({file, range}), and on.stop().
export class DraftForm {
  constructor(on) {
    this.on = on;
    this.field = h('textarea', { id: 'draft', rows: '12', hint: 'check.hint', spellcheck: 'false', 'aria-describedby': 'draft-keys draft-count' });
    this.field.addEventListener('input', () => this.changed());
    this.field.addEventListener('keydown', (event) => {
      if (event.key === 'Enter' && (event.ctrlKey || event.metaKey) && !composing(event)) this.element.requestSubmit();
    });
    this.asOf = h('input', { type: 'date', id: 'draft-asof' });
    this.narrow = new Narrow('draft', h('div', { class: 'field' }, h('label', { for: 'draft-asof', say: 'check.asof' }), this.asOf));
    const file = h('input', { type: 'file', class: 'visually-hidden', id: 'draft-file', accept: '.txt,.md,.markdown,.docx,.html,.pdf', on: { change: () => { this.take(chosen(file)); file.value = ''; } } });
    this.button = h('button', { class: 'primary', type: 'submit' });
    this.count = h('span', { class: 'quiet', id: 'draft-count' });
    this.state = h('p', { class: 'field-state', role: 'status' });
    this.element = h('form', { class: 'draft-form', on: { submit: (event) => this.submit(event) } },
      h('p', { class: 'lead', say: 'check.lead' }),
      h('label', { class: 'visually-hidden', for: 'draft', say: 'check.text' }), this.field,
      h('div', { class: 'draft-under' }, h('span', { class: 'keys quiet', id: 'draft-keys', say: 'check.keys' }), this.count),
      this.narrow.element,
      h('div', { class: 'buttons' }, this.button, file, h('label', { class: 'button', for: 'draft-file' }, icon('add'), h('span', { say: 'check.file' }))),
      this.state);
    this.running(false);
    this.changed();
  }

  get text() {
    return this.field.value;
  }

  fill(text) {
    this.field.value = text;
    this.changed();
  }

  // focus puts the cursor into the text, onto the code points of a sentence where one is
  // meant.
  focus(sentence) {
    this.field.focus({ preventScroll: !sentence });
    if (!sentence) return;
    const offsets = new Offsets(this.text);
    this.field.setSelectionRange(offsets.unit(sentence.start), offsets.unit(sentence.end));
  }

  changed() {
    const length = [...this.text].length;
    this.over = length > most;
    this.count.classList.toggle('problem', this.over);
    say(this.count, 'check.length', { length: length.toLocaleString('en'), most: most.toLocaleString('en') });
    replace(this.state);
  }

  // running changes the button to one that stops.
  running(is) {
    this.isRunning = is;
    this.field.readOnly = is;
    replace(this.button, is ? icon('stop') : null, h('span', { say: is ? 'ask.stop' : 'check.check' }));
    if (is) this.say('check.running');
    else if (this.told === 'check.running') replace(this.state);
  }

  say(key, parameters) {
    this.told = key;
    say(this.state, key, parameters);
  }

  // take checks the one file that was chosen or dropped.
  take(files) {
    if (files.length !== 1) this.say('check.onefile');
    else if (!files[0].file) this.say('upload.unreadable');
    else if (!this.isRunning) this.on.check({ file: files[0], range: this.range() });
  }

  range() {
    return { filter: this.narrow.filter(), as_of: this.asOf.value || undefined, explain: true };
  }

  submit(event) {
    event.preventDefault();
    if (this.isRunning) {
      this.on.stop();
      return;
    }
    if (!this.text.trim()) {
      this.say('check.empty');
      this.focus();
      return;
    }
    if (this.over) {
      this.say('check.over', { most: most.toLocaleString('en') });
      return;
    }
    this.on.check({ text: this.text, range: this.range() });
  }
}
