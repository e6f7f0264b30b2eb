// Addresses. Screens change them here; main.js follows.
let follow = () => {};
let shown = ''; // path and query of what is on the screen

// onRoute names who shows the screen of the address that is now there.
export function onRoute(listener) {
  follow = listener;
}

// navigate goes to another page of ours.
export function navigate(address) {
  history.pushState(null, '', address);
  follow();
}

// rewrite changes the address of what is shown already, as a new step back or in the
// place of the present one.
export function rewrite(address, step = false) {
  if (address === location.pathname + location.search + location.hash) return;
  if (step) history.pushState(null, '', address);
  else history.replaceState(null, '', address);
  arrived();
}

// arrived notes that the screen shows the present address.
export function arrived() {
  shown = location.pathname + location.search;
}

// moved reports whether the address is now another page's than that on the screen.
export function moved() {
  return location.pathname + location.search !== shown;
}

// articlePath is the page of an article, with a place [start,end) where one is meant.
export function articlePath(article, span) {
  const place = span ? '#c=' + span.start + '-' + span.end : '';
  return '/articles/' + encodeURIComponent(article.id) + '?version=' + article.version + place;
}
