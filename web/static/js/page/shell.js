// What stands around every screen: navigation, language, light and dark, the key, the
// pane, the live region.
import { h, icon } from './dom.js';
import { region } from './live.js';
import { language, onLanguage, setLanguage, t } from './words.js';
import { keyDialog } from './signin.js';
import { mountUpload } from './upload.js';

const frame = h('div', { class: 'frame' });
const longestTitle = 56; // characters; a tab shows fewer, and a question may have thousands
let navigation;
let title = { key: 'name' };

// mountShell builds the shell and returns the element that screens fill. pane stands
// beside it, popover over it.
export function mountShell(screens, pane, popover) {
  const root = h('div', { class: 'screen' });
  frame.append(h('main', { id: 'main', tabindex: '-1' }, root, popover), pane);
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
  return root;
}

// showNavigation marks where the reader is.
export function showNavigation(href) {
  for (const link of navigation.children) {
    if (link.getAttribute('href') === href) {
      link.setAttribute('aria-current', 'page');
      navigation.scrollLeft = link.offsetLeft - navigation.offsetLeft - (navigation.clientWidth - link.offsetWidth) / 2; // a narrow window does not show all
    } else {
      link.removeAttribute('aria-current');
    }
  }
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
