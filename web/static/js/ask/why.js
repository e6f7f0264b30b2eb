// Why this answer: the plan, and the passages that were found, with their scores.
import { h } from '../page/dom.js';
import { openPlace } from '../source/citation.js';
import { rangeOf } from '../page/chips.js';
import { titleOf } from '../source/reader.js';

// whyOf shows a stored answer from behind.
export function whyOf(reply) {
  return h('section', { class: 'why' }, h('h3', { say: 'why.title' }), planOf(reply), candidatesOf(reply.candidates));
}

function planOf({ plan, model, took_ms: took }) {
  const rows = [
    ['why.standalone', h('dd', { text: plan.standalone })],
    ['why.queries', h('dd', {}, h('ul', {}, plan.queries.map((query) => h('li', { text: query }))))],
    ['why.terms', h('dd', { text: plan.terms.join(' · ') })],
    ['why.window', windowOf(plan.window)],
    ['why.source', h('dd', {}, h('span', { say: plan.source === 'model' ? 'why.bymodel' : 'why.rules' }),
      plan.fallback ? h('p', { class: 'quiet', say: 'why.fallback', sayWith: { reason: plan.fallback } }) : null)],
    ['why.model', model.provider === 'none' ? h('dd', { say: 'ask.extracts' }) : h('dd', { text: model.provider + ' · ' + model.name })],
    ['why.took', h('dd', { say: 'why.took.text', sayWith: took })],
  ];
  return h('dl', { class: 'facts' }, rows.map(([key, value]) => h('div', {}, h('dt', { say: key }), value)));
}

function windowOf(window) {
  if (!window || (!window.from && !window.to)) return h('dd', { say: 'why.none' });
  const range = rangeOf(window.from, window.to);
  return h('dd', {}, h('span', { say: range.key, sayWith: range.with }),
    window.strict ? [' · ', h('span', { say: 'chip.strict' })] : null);
}

const scores = ['lexical', 'vector', 'window', 'rerank'];
const columns = ['why.rank', 'why.passage', 'why.score', 'why.lexical', 'why.vector', 'why.time', 'why.rerank'];

function candidatesOf(candidates) {
  if (!candidates?.length) return h('p', { class: 'quiet', say: 'why.nocandidates' });
  return h('div', { class: 'scroller', tabindex: '0', role: 'group', label: 'why.candidates', labelWith: { count: candidates.length } },
    h('table', {},
      h('caption', { say: 'why.candidates', sayWith: { count: candidates.length } }),
      h('thead', {}, h('tr', {}, columns.map((key) => h('th', { scope: 'col', say: key })))),
      h('tbody', {}, candidates.map(row))));
}

function row({ rank, score, article, passage, scores: parts }) {
  return h('tr', {},
    h('td', { class: 'figure', text: rank }),
    h('td', {},
      h('button', { class: 'link', type: 'button', on: { click: (event) => openPlace({ article, spans: [passage], opener: event.currentTarget }) } }, titleOf(article)),
      h('p', { class: 'quiet snippet', text: [...passage.text].slice(0, 120).join(''), lang: 'zh-CN' })),
    h('td', { class: 'figure', text: score.toFixed(3) }),
    scores.map((name) => h('td', { class: 'figure', text: parts ? parts[name].toFixed(3) : '' })));
}
