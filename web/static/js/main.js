// The page: the shell, and in it the screen that the path names.
import { arrived, moved, onRoute } from './page/route.js';
import { applyLanguage } from './page/words.js';
import { composing, h } from './page/dom.js';
import { beside, mountShell, showNavigation } from './page/shell.js';
import { popover } from './source/citation.js';
import { pane } from './source/pane.js';

// A screen is loaded when it is first gone to, so that the page can be used before the
// others have come. It has show(root, path, params), which fills root and returns a
// function that ends it. params is {id, search, hash}. nav names it in the navigation.
const screens = [
  { path: /^\/$/, load: () => import('./ask/ask.js'), nav: 'nav.ask', href: '/' },
  { path: /^\/ask\/([^/]+)$/, load: () => import('./ask/ask.js'), under: '/' },
  { path: /^\/articles$/, load: () => import('./articles/articles.js'), nav: 'nav.articles', href: '/articles' },
  { path: /^\/articles\/([^/]+)$/, load: () => import('./articles/article.js'), under: '/articles' },
  { path: /^\/briefings$/, load: () => import('./briefings/briefings.js'), nav: 'nav.briefings', href: '/briefings' },
  { path: /^\/briefings\/([^/]+)$/, load: () => import('./briefings/briefing.js'), under: '/briefings' },
  { path: /^\/check$/, load: () => import('./check/check.js'), nav: 'nav.check', href: '/check' },
  { path: /^\/status$/, load: () => import('./status/status.js'), nav: 'nav.status', href: '/status' },
];

const missing = { load: () => import('./page/missing.js') };

let end = () => {};
let turn = 0;
let wandered = false; // from the page that was loaded to another

const root = mountShell(screens.filter((one) => one.nav), pane.element, popover.element);

async function route() {
  const { pathname, search, hash } = location;
  const mine = ++turn;
  arrived();
  end();
  end = () => {};
  popover.hide();
  pane.clear();
  beside(false);
  root.replaceChildren();
  const found = screens.find((one) => one.path.test(pathname));
  showNavigation(found?.href ?? found?.under);
  const params = { id: idIn(found, pathname), search: new URLSearchParams(search), hash };
  const screen = await (found ?? missing).load().catch(unloaded);
  if (mine !== turn) return; // gone on meanwhile
  end = screen.show(root, pathname, params) ?? (() => {});
  performance.mark('usable');
  if (wandered && document.activeElement === document.body) root.parentElement.focus({ preventScroll: true }); // what had the focus is gone
  wandered = true;
}

// unloaded stands in the place of a screen that did not come.
function unloaded() {
  return {
    show: (root) => root.append(h('div', { class: 'page' }, h('p', { class: 'problem', role: 'alert', say: 'problem.network' }),
      h('button', { type: 'button', say: 'reload', on: { click: () => location.reload() } }))),
  };
}

function idIn(found, pathname) {
  const part = found?.path.exec(pathname)[1];
  try {
    return part && decodeURIComponent(part);
  } catch {
    return part; // not encoded as it should be; the server says that there is none
  }
}

// ours is a link to a page that can be shown without loading anew.
function ours(event) {
  if (event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return null;
  const link = event.target.closest?.('a[href]');
  if (!link || link.target || link.hasAttribute('download')) return null;
  const url = new URL(link.href);
  if (url.origin !== location.origin || /^\/(v1|assets)\//.test(url.pathname)) return null;
  return url;
}

document.addEventListener('click', (event) => {
  const url = ours(event);
  if (!url) return;
  const address = url.pathname + url.search;
  if (address === location.pathname + location.search && url.hash) return; // the screen hears of the new hash
  event.preventDefault();
  history.pushState(null, '', address + url.hash);
  route();
  scrollTo(0, url.hash ? scrollY : 0);
});
document.addEventListener('keydown', (event) => {
  if (event.key !== 'Escape' || event.defaultPrevented || composing(event)) return;
  if (popover.visible) popover.hide();
  else if (pane.shown && !document.querySelector('dialog[open]')) pane.close();
});
addEventListener('popstate', () => {
  if (moved()) route();
});
onRoute(route);
applyLanguage();
route();
