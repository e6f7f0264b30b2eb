// Signing in with a key: what it may do, and the dialog that takes it.
import { h, replace } from './dom.js';
import { key, onUnauthorized, problemOf, request, setKey } from './api.js';
import { navigate } from './route.js';
import { say } from './words.js';

// role asks what the key may do, read or write; '' where that cannot be told.
export async function role() {
  try {
    return (await request('/v1/status')).role;
  } catch {
    return '';
  }
}

// A KeyDialog takes the key. It opens by itself when the server asks for one.
class KeyDialog {
  constructor() {
    this.field = h('input', { type: 'password', id: 'key', autocomplete: 'off', spellcheck: 'false', 'aria-describedby': 'key-text key-state' });
    this.state = h('p', { class: 'field-state', id: 'key-state', role: 'status' });
    this.forgetButton = h('button', { type: 'button', say: 'key.forget', on: { click: () => this.forget() } });
    this.element = h('dialog', { class: 'dialog', 'aria-labelledby': 'key-title' },
      h('form', { method: 'dialog', on: { submit: (event) => this.submit(event) } },
        h('h2', { id: 'key-title', say: 'key.title' }),
        h('p', { id: 'key-text', say: 'key.text' }),
        h('label', { for: 'key', say: 'key.label' }), this.field, this.state,
        h('div', { class: 'buttons' },
          h('button', { type: 'button', say: 'close', on: { click: () => this.element.close() } }), this.forgetButton,
          h('button', { class: 'primary', type: 'submit', say: 'key.use' }))));
    onUnauthorized(() => this.open(key() ? 'key.wrong' : null));
  }

  async open(state) {
    if (state) say(this.state, state);
    else replace(this.state);
    this.field.value = '';
    this.forgetButton.hidden = !key();
    if (!this.element.open) this.element.showModal();
    this.field.focus();
    if (!state && key()) this.tell(await role());
  }

  tell(role) {
    if (role) say(this.state, 'key.state', { role: { key: 'key.' + role } });
  }

  async submit(event) {
    event.preventDefault();
    const given = this.field.value.trim();
    if (!given) {
      say(this.state, 'key.empty');
      return;
    }
    const before = key();
    setKey(given);
    try {
      await request('/v1/status');
    } catch (error) {
      setKey(before);
      const problem = problemOf(error);
      const words = problem.status === 401 ? { key: 'key.wrong' } : problem.words;
      say(this.state, words.key, words.with);
      return;
    }
    this.element.close();
    navigate(location.pathname + location.search + location.hash);
  }

  forget() {
    setKey('');
    this.element.close();
    navigate('/');
  }
}

export const keyDialog = new KeyDialog();
