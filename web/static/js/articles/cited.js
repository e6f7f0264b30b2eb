// What cites an article: answers and briefings, the newest first, a few at a time.
import { h } from '../page/dom.js';

const atFirst = 10;
const atOnce = 50;

// citedBy lists them. all is how many there are; the server does not name every one.
export function citedBy(citers, all) {
  if (!citers.length) return h('p', { class: 'quiet', say: 'article.cited.none' });
  const list = h('ul', { class: 'citers' });
  const more = h('button', { class: 'link', type: 'button', say: 'articles.more', on: { click: () => show(atOnce, true) } });
  const older = all > citers.length ? h('p', { class: 'quiet', hidden: true, say: 'article.cited.older', sayWith: { count: all - citers.length } }) : null;
  let shown = 0;
  const show = (count, focus) => {
    const items = citers.slice(shown, shown + count).map(citer);
    shown += items.length;
    list.append(...items);
    more.hidden = shown === citers.length;
    if (older) older.hidden = !more.hidden;
    if (focus) items[0].querySelector('a').focus();
  };
  show(atFirst, false);
  return [list, more, older];
}

function citer({ kind, id, title, created }) {
  const path = kind === 'answer' ? '/ask/' : '/briefings/';
  return h('li', {},
    h('a', { href: path + encodeURIComponent(id), text: title }),
    h('p', { class: 'byline' }, h('span', { say: 'article.cited.' + kind }), h('time', { text: created.slice(0, 10), datetime: created })));
}
