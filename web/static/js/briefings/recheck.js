// What came of checking a briefing again: which sentences have another verdict now, and
// which of its articles have changed or gone.
import { h, replace } from '../page/dom.js';
import { idOf, plain, wordsOf } from './sentence.js';
import { showState } from './parts.js';
import { byline, titleOf } from '../source/reader.js';
import { legend, reasons, shape } from '../source/verdict.js';

// recheckOf shows a reply, and marks the sentences and references of the text by it.
// moved is how many sentences have another verdict; one that stands in several parts
// counts once.
export function recheckOf({ sentences, articles }, text) {
  for (const { ref, now, why } of sentences) text.views.get(ref)?.judge(now, why);
  replace(text.legend, legend(sentences.map((one) => one.now)));
  for (const article of articles) {
    const state = text.states.get(article.id);
    if (state) showState(state, article.state);
  }
  const moved = together(sentences.filter((one) => one.was !== one.now), text);
  const other = articles.filter((article) => article.state && article.state !== 'same');
  const element = h('section', { class: 'recheck' },
    h('h2', { say: moved.length ? 'briefing.recheck.moved' : 'briefing.recheck.same', sayWith: { count: moved.length } }),
    moved.length ? h('ol', {}, moved.map((one) => h('li', {}, changeOf(one, text)))) : null,
    other.length ? h('h3', { say: 'briefing.recheck.articles' }) : null,
    other.length ? h('ul', {}, other.map((article) => h('li', {},
      titleOf(article, 'a', { href: '/articles/' + encodeURIComponent(article.id) }), ' ', byline(article)))) : null);
  return { element, moved: moved.length };
}

// together joins what is the same sentence in several parts: {words, was, now, why, refs}.
function together(sentences, text) {
  const found = new Map();
  for (const one of sentences) {
    const sentence = text.views.get(one.ref)?.sentence;
    const words = sentence ? plain(wordsOf(sentence).replaceAll('[]', '')) : one.ref;
    const name = JSON.stringify([words, one.was, one.now]);
    const known = found.get(name);
    if (known) known.refs.push(one.ref);
    else found.set(name, { ...one, words, refs: [one.ref] });
  }
  return [...found.values()];
}

function changeOf({ refs, words, was, now, why }, text) {
  return [
    h('p', {}, h('span', { text: words, lang: text.language })),
    h('p', { class: 'verdicts' },
      named(was), h('span', { 'aria-hidden': 'true', text: '→' }), h('span', { class: 'visually-hidden', say: 'briefing.recheck.now' }), named(now),
      h('span', { class: 'places' }, refs.map((ref) => placeOf(ref, text)))),
    reasons({ why: why.filter((one) => one.claim !== words), verdict: now }),
  ];
}

// placeOf leads to where a sentence stands, by the name of that part.
function placeOf(ref, text) {
  const [part, at] = ref.split('/');
  const heading = part === 'sections' ? text.headingOf(Number(at)) : null;
  return h('a', { href: '#' + idOf(ref), ...(heading ? { text: heading, lang: text.headings } : { say: 'briefing.' + part }) });
}

function named(verdict) {
  return h('span', { class: 'named', 'data-verdict': verdict }, shape(verdict), h('span', { say: 'verdict.' + verdict }));
}
