// What stands around every screen: navigation, language, light and dark, the key, the
// pane, the live region.
import { composing, h, icon, replace } from './dom.js';
import { key, onUnauthorized, problemOf, request, setKey } from './api.js';
import { region } from './live.js';
import { language, onLanguage, say, setLanguage, t } from './words.js';
import { pane } from '../source/pane.js';
import { popover } from '../source/citation.js';
import { navigate } from './route.js';
import { mountUpload } from './upload.js';

const root = h('div', { class: 'screen' });
const main = h('main', { id: 'main', tabindex: '-1' }, root, popover.element);
const frame = h('div', { class: 'frame' }, main, pane.element);
const longestTitle = 56; // characters; a tab shows fewer, and a question may have thousands
let navigation;
let title = { key: 'name' };

// mountShell builds the shell and returns the element that screens fill.
export function mountShell(screens) {
  navigation = h('nav', { label: 'nav' }, screens.map((one) => h('a', { href: one.href, say: one.nav })));
  document.body.append(
    h('a', { class: 'skip', href: '#main', say: 'skip' }),
    h('header', { class: 'top' },
      h('a', { class: 'brand', href: '/' }, h('span', { class: 'brand-zh', lang: 'zh-CN', text: '出处' }), h('span', { class: 'brand-en', lang: 'en', text: 'chuchu' })),
      navigation,
      h('div', { class: 'top-tools' }, languageButton(), themeButton(), keyButton())),
    frame, region, keyDialog.element);
  onLanguage(showTitle);
  mountUpload();
  document.addEventListener('keydown', (event) => {
    if (event.key !== 'Escape' || event.defaultPrevented || composing(event)) return;
    if (popover.visible) popover.hide();
    else if (pane.shown && !document.querySelector('dialog[open]')) pane.close();
  });
  return { root };
}

// showNavigation marks where the reader is, and clears what belonged to the screen
// before.
export function showNavigation(href) {
  for (const link of navigation.children) {
    if (link.getAttribute('href') === href) {
      link.setAttribute('aria-current', 'page');
      navigation.scrollLeft = link.offsetLeft - navigation.offsetLeft - (navigation.clientWidth - link.offsetWidth) / 2; // a narrow window does not show all
    } else {
      link.removeAttribute('aria-current');
    }
  }
  popover.hide();
  pane.clear();
  beside(false);
}

// beside keeps the room for the pane on wide windows, so that opening it moves nothing.
export function beside(kept) {
  frame.classList.toggle('beside', kept);
}

// setTitle names the page: the key of a text, or a string as it is.
export function setTitle(name, parameters) {
  title = typeof name === 'string' ? { key: name, with: parameters } : name;
  showTitle();
}

function showTitle() {
  const name = [...(title.text ?? t(title.key, title.with))];
  document.title = (name.length > longestTitle ? name.slice(0, longestTitle - 1).join('') + '…' : name.join('')) + ' · 出处 chuchu';
}

function languageButton() {
  return h('button', {
    class: 'quiet-button language', type: 'button', say: 'language', label: 'language.label',
    on: { click: () => setLanguage(language() === 'zh' ? 'en' : 'zh') },
  });
}

function themeButton() {
  return h('button', { class: 'quiet-button', type: 'button', label: 'theme.label', tip: 'theme.label', on: { click: switchTheme } }, icon('theme'));
}

function switchTheme() {
  const root = document.documentElement;
  const dark = root.dataset.theme ? root.dataset.theme === 'dark' : matchMedia('(prefers-color-scheme: dark)').matches;
  root.dataset.theme = dark ? 'light' : 'dark';
  try {
    localStorage.setItem('chuchu.theme', root.dataset.theme);
  } catch {
    // It holds for this page then.
  }
}

function keyButton() {
  return h('button', { class: 'quiet-button', type: 'button', label: 'key.title', tip: 'key.title', on: { click: () => keyDialog.open() } }, icon('key'));
}

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

const keyDialog = new KeyDialog();
