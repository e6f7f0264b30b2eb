// What was found of a sentence of a draft: it stands over the source in the pane, so
// that what differs is read beside the words that say otherwise.
import { h } from '../page/dom.js';
import { differing, matching, shape } from '../source/verdict.js';

// findings makes it of an item of Draft. shown is the id of the source that is in the
// pane; choose(source) is called for another.
export function findings({ sentence, sources }, shown, choose) {
  const { verdict } = sentence;
  const same = matching(sentence);
  return h('div', { class: 'found' },
    h('p', { class: 'found-verdict', 'data-verdict': verdict },
      shape(verdict), h('strong', { say: 'verdict.' + verdict }),
      sentence.judge === 'model' ? h('span', { class: 'quiet', say: 'verdict.model' }) : null),
    verdict === 'not_found' ? h('p', { class: 'quiet', say: 'check.nothing', sayWith: { terms: sentence.plan.terms.join(' ') } }) : null,
    differences(sentence),
    same.length ? h('p', { class: 'quiet', say: 'check.same', sayWith: { list: same.join('、') } }) : null,
    sources.length > 1 ? tabs(sources, shown, choose) : null);
}

// differences sets what the draft says against what the source says.
function differences(sentence) {
  const list = differing(sentence);
  if (!list.length) return null;
  return h('ul', { class: 'differences' }, list.map((why) => h('li', {},
    h('span', { class: 'difference-kind', say: 'check.kind.' + why.kind }),
    why.source
      ? h('span', { class: 'pair' },
        h('span', { class: 'visually-hidden', say: 'check.here' }), h('em', { class: 'differs', text: why.claim }),
        h('span', { 'aria-hidden': 'true', text: ' ↔ ' }),
        h('span', { class: 'visually-hidden', say: 'check.there' }), h('em', { class: 'differs', text: why.source }))
      : h('span', { say: 'verdict.why.absent', sayWith: { claim: why.claim } }))));
}

function tabs(sources, shown, choose) {
  return h('div', { class: 'source-tabs', role: 'group', label: 'check.sources' }, sources.map((source) => h('button', {
    type: 'button', class: 'source-tab', 'data-part': source.id, 'aria-pressed': String(source.id === shown), on: { click: () => choose(source) },
  }, h('span', { class: 'number', text: '[' + source.number + '] ' }), h('span', { text: source.article.outlet || source.article.title }))));
}
