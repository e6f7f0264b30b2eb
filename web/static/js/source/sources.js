// What stands under an answer: its sources, what they say differently, and why there is
// no answer.
import { h } from '../page/dom.js';
import { openPlace } from './citation.js';
import { byline, titleOf } from './reader.js';
import { legend } from './verdict.js';

// sourceList lists the articles that an answer cites.
export function sourceList(reply) {
  if (!reply.citations.length) return null;
  return h('section', { class: 'sources' },
    h('h3', { say: 'ask.sources' }),
    h('ol', {}, reply.citations.map((citation) => h('li', { value: citation.number },
      h('button', { class: 'link', type: 'button', on: { click: (event) => openPlace({ article: citation.article, spans: citation.spans, opener: event.currentTarget }) } },
        titleOf(citation.article)),
      ' ', byline(citation.article), onPaper(citation)))),
    legend(reply.sentences.map((sentence) => sentence.verdict)));
}

// onPaper is what a click would show: the quotations and the address. Only print shows it.
function onPaper({ article, spans }) {
  const quotes = [...new Set(spans.map((span) => span.quote).filter(Boolean))];
  return h('div', { class: 'on-paper' },
    article.url ? h('p', { text: article.url }) : null,
    quotes.map((quote) => h('blockquote', { text: quote, lang: 'zh-CN' })));
}

// conflictList puts the statements of sources that disagree side by side.
export function conflictList(conflicts) {
  if (!conflicts.length) return null;
  return h('section', { class: 'conflicts' },
    h('h3', { say: 'conflicts' }), conflicts.map(conflictOf));
}

// conflictOf is one disagreement, its sides beside each other.
export function conflictOf(conflict) {
  return h('div', { class: 'conflict' },
    conflict.about ? h('p', { class: 'conflict-about', text: conflict.about, lang: 'zh-CN' }) : null,
    h('div', { class: 'sides' }, conflict.sides.map(side)));
}

function side({ article, quote, span, citation }) {
  return h('figure', { class: 'side' },
    quote ? h('blockquote', { text: quote, lang: 'zh-CN' }) : h('p', { class: 'quiet', say: 'cite.gone' }),
    h('figcaption', {},
      citation ? h('span', { class: 'number', text: '[' + citation + '] ' }) : null,
      titleOf(article), ' ', byline(article), ' ',
      h('button', { class: 'link', type: 'button', say: 'conflict.open', on: { click: (event) => openPlace({ article, spans: [span], opener: event.currentTarget }) } })));
}

// refusalBox says why there is no answer, and what is nearest. above is the level of the
// heading before it, named makes the key of a reason's words.
export function refusalBox(refusal, { above = 2, named = (reason) => 'refusal.' + reason } = {}) {
  if (!refusal) return null;
  return h('section', { class: 'refusal' },
    h('h' + (above + 1), { say: named(refusal.reason) }),
    refusal.searched.length ? h('p', { class: 'quiet', say: 'refusal.searched', sayWith: { queries: refusal.searched.join('；') } }) : null,
    refusal.nearest.length ? h('h' + (above + 2), { say: 'refusal.nearest' }) : null,
    refusal.nearest.length ? h('ul', { class: 'nearest' }, refusal.nearest.map((article) => h('li', {},
      h('button', { class: 'link', type: 'button', on: { click: (event) => openPlace({ article, spans: [], opener: event.currentTarget }) } }, titleOf(article)),
      ' ', byline(article)))) : null);
}
