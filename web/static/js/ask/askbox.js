// The box that questions are typed into, with what narrows them down.
import { composing, h, icon, replace } from '../page/dom.js';
import { Narrow } from '../page/narrow.js';
import { say, sayAttribute } from '../page/words.js';

const most = 4000; // characters of a question, as the server takes them

// An AskBox calls on.ask({question, filter, verify}) and on.stop().
export class AskBox {
  constructor(on) {
    this.on = on;
    this.field = h('textarea', { id: 'question', rows: '1', maxlength: most, hint: 'ask.hint', enterkeyhint: 'send', autocomplete: 'off' });
    this.field.addEventListener('keydown', (event) => this.key(event));
    this.field.addEventListener('input', () => this.grow());
    this.button = h('button', { class: 'primary send', type: 'submit' });
    this.state = h('p', { class: 'field-state', role: 'status' });
    this.strict = h('input', { type: 'checkbox', id: 'ask-strict' });
    this.narrow = new Narrow('ask', h('div', { class: 'field check' }, this.strict, h('label', { for: 'ask-strict', say: 'ask.strict' })));
    this.element = h('form', { class: 'ask-box', on: { submit: (event) => this.submit(event) } },
      h('div', { class: 'ask-field' },
        h('label', { class: 'visually-hidden', for: 'question', say: 'ask.box' }), this.field, this.button),
      h('div', { class: 'ask-under' }, this.narrow.element, h('a', { class: 'fresh', href: '/', say: 'ask.new' }), h('span', { class: 'keys quiet', say: 'ask.keys' })),
      this.state);
    this.running(false);
  }

  // running changes the button to one that stops.
  running(is) {
    this.isRunning = is;
    const key = is ? 'ask.stop' : 'ask.send';
    sayAttribute(this.button, 'aria-label', key);
    sayAttribute(this.button, 'title', key);
    replace(this.button, icon(is ? 'stop' : 'send'));
  }

  // followUp says that the next question belongs to a thread.
  followUp(is) {
    sayAttribute(this.field, 'placeholder', is ? 'ask.followup' : 'ask.hint');
  }

  focus() {
    this.field.focus({ preventScroll: true });
  }

  key(event) {
    if (event.key !== 'Enter' || event.shiftKey || composing(event)) return;
    event.preventDefault();
    if (!this.isRunning) this.element.requestSubmit();
  }

  grow() {
    replace(this.state);
    this.field.style.height = 'auto';
    this.field.style.height = Math.min(this.field.scrollHeight + 2, innerHeight * 0.4) + 'px';
  }

  submit(event) {
    event.preventDefault();
    if (this.isRunning) {
      this.on.stop();
      return;
    }
    const question = this.field.value.trim();
    if (!question) {
      say(this.state, 'ask.empty');
      this.focus();
      return;
    }
    this.field.value = '';
    this.grow();
    this.on.ask({ question, filter: this.narrow.filter(), verify: this.strict.checked ? 'strict' : undefined });
  }
}
