// The page: the shell, and in it the screen that the path names.
import { arrived, moved, onRoute } from './page/route.js';
import { applyLanguage } from './page/words.js';
import { composing } from './page/dom.js';
import { beside, mountShell, showNavigation } from './page/shell.js';
import { popover } from './source/citation.js';
import { pane } from './source/pane.js';
import * as ask from './ask/ask.js';
import * as article from './articles/article.js';
import * as articles from './articles/articles.js';
import * as briefing from './briefings/briefing.js';
import * as briefings from './briefings/briefings.js';
import * as check from './check/check.js';
import * as missing from './page/missing.js';
import * as status from './status/status.js';

// A screen has show(root, path, params), which fills root and returns a function that
// ends it. params is {id, search, hash}. nav names it in the navigation.
const screens = [
  { path: /^\/$/, screen: ask, nav: 'nav.ask', href: '/' },
  { path: /^\/ask\/([^/]+)$/, screen: ask, under: '/' },
  { path: /^\/articles$/, screen: articles, nav: 'nav.articles', href: '/articles' },
  { path: /^\/articles\/([^/]+)$/, screen: article, under: '/articles' },
  { path: /^\/briefings$/, screen: briefings, nav: 'nav.briefings', href: '/briefings' },
  { path: /^\/briefings\/([^/]+)$/, screen: briefing, under: '/briefings' },
  { path: /^\/check$/, screen: check, nav: 'nav.check', href: '/check' },
  { path: /^\/status$/, screen: status, nav: 'nav.status', href: '/status' },
];

let end = () => {};
let wandered = false; // from the page that was loaded to another

const root = mountShell(screens.filter((one) => one.nav), pane.element, popover.element);

function route() {
  const { pathname, search, hash } = location;
  arrived();
  end();
  popover.hide();
  pane.clear();
  beside(false);
  root.replaceChildren();
  const found = screens.find((one) => one.path.test(pathname));
  showNavigation(found?.href ?? found?.under);
  const params = { id: idIn(found, pathname), search: new URLSearchParams(search), hash };
  end = (found?.screen ?? missing).show(root, pathname, params) ?? (() => {});
  if (wandered && document.activeElement === document.body) root.parentElement.focus({ preventScroll: true }); // what had the focus is gone
  wandered = true;
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
