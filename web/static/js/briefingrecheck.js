// What came of checking a briefing again: which sentences have another verdict now, and
// which of its articles have changed or gone.
import { h } from './dom.js';
import { idOf, wordsOf } from './briefingsentence.js';
import { showState } from './briefingparts.js';
import { byline, titleOf } from './reader.js';
import { reasons, shape } from './verdict.js';

// recheckOf shows a reply, and marks the sentences and references of the text by it.
// moved is how many verdicts are others.
export function recheckOf({ sentences, articles }, text) {
  for (const { ref, now, why } of sentences) text.views.get(ref)?.judge(now, why);
  for (const article of articles) {
    const state = text.states.get(article.id);
    if (state) showState(state, article.state);
  }
  const moved = sentences.filter((one) => one.was !== one.now);
  const other = articles.filter((article) => article.state && article.state !== 'same');
  const element = h('section', { class: 'recheck' },
    h('h2', { say: moved.length ? 'briefing.recheck.moved' : 'briefing.recheck.same', sayWith: { count: moved.length } }),
    moved.length ? h('ol', {}, moved.map((one) => h('li', {}, changeOf(one, text)))) : null,
    other.length ? h('h3', { say: 'briefing.recheck.articles' }) : null,
    other.length ? h('ul', {}, other.map((article) => h('li', {},
      titleOf(article, 'a', { href: '/articles/' + encodeURIComponent(article.id) }), ' ', byline(article)))) : null);
  return { element, moved: moved.length };
}

function changeOf({ ref, was, now, why }, text) {
  const sentence = text.views.get(ref)?.sentence;
  const words = sentence ? wordsOf(sentence).replaceAll('[]', '').replace(/\\([[\]])/g, '$1') : ref;
  return [
    h('p', {}, h('a', { href: '#' + idOf(ref), text: words, lang: text.language })),
    h('p', { class: 'verdicts' }, named(was), h('span', { 'aria-hidden': 'true', text: '→' }), h('span', { class: 'visually-hidden', say: 'briefing.recheck.now' }), named(now)),
    reasons({ why, verdict: now }),
  ];
}

function named(verdict) {
  return h('span', { class: 'named', 'data-verdict': verdict }, shape(verdict), h('span', { say: 'verdict.' + verdict }));
}
