// What stands under the empty box: what was asked before, a line for each thread by its
// first question, or the newest articles where nothing was.
import { h } from '../page/dom.js';
import { byline, titleOf } from '../source/reader.js';

const most = 8;
export const looked = 50; // answers among which threads are put together
export const newest = 5; // articles that are shown

// newestList shows what can be asked about, as long as nobody has.
export function newestList({ articles, total }) {
  if (!total) return [h('p', { class: 'quiet', say: 'articles.empty' })];
  return [h('h2', { say: 'ask.newest', sayWith: { count: total } }), h('ul', {}, articles.map((article) => h('li', {},
    titleOf(article, 'a', { href: '/articles/' + encodeURIComponent(article.id) }), byline(article))))];
}

// recentList lists the threads of answers, which come newest first; null without any.
export function recentList(answers) {
  if (!answers.length) return null;
  return [h('h2', { say: 'ask.recent' }), h('ul', {}, threadsOf(answers).slice(0, most).map(line))];
}

// threadsOf puts answers together that follow one another: {first, last, turns}. A
// thread that begins before all of them has no turns.
function threadsOf(answers) {
  const known = new Map(answers.map((one) => [one.id, one]));
  const followed = new Set(answers.map((one) => one.previous_id));
  return answers.filter((one) => !followed.has(one.id)).map((last) => {
    let first = last;
    let turns = 1;
    for (; known.has(first.previous_id); turns++) first = known.get(first.previous_id);
    return { first, last, turns: first.previous_id ? 0 : turns };
  });
}

function line({ first, last, turns }) {
  return h('li', {},
    h('a', { href: '/ask/' + encodeURIComponent(last.id), text: first.question }),
    turns > 1 ? h('span', { class: 'quiet', say: 'ask.recent.turns', sayWith: { count: turns } }) : null,
    turns === 1 && last.status === 'refused' ? h('span', { class: 'quiet', say: 'ask.recent.refused' }) : null);
}
