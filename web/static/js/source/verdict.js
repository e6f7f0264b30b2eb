// Verdicts: a mark of its own shape for each, and in words what matches and differs.
import { h, svg } from '../page/dom.js';

// The shapes tell the verdicts apart without colour: quotation marks, a tick, a wave,
// a crossed ring, an empty ring.
const shapes = {
  quoted: 'M2 4h4.6v4.4L4.9 12.4H2.6L4 8.6H2zM9.2 4h4.6v4.4l-1.7 4H9.8l1.4-3.8h-2z',
  supported: 'M3 8.6l3.4 3.6L13 4.6',
  weak: 'M2.5 9.5c1.8-3.6 3.6-3.6 5.5-1.5s3.7 2.1 5.5-1.5',
  contradicted: 'M8 2.2a5.8 5.8 0 1 0 0 11.6A5.8 5.8 0 0 0 8 2.2zM5.6 5.6l4.8 4.8M10.4 5.6l-4.8 4.8',
  uncited: 'M8 2.6a5.4 5.4 0 1 0 0 10.8A5.4 5.4 0 0 0 8 2.6z',
  not_found: 'M8 2.6a5.4 5.4 0 1 0 0 10.8A5.4 5.4 0 0 0 8 2.6z',
};

// shape draws the mark of a verdict, null for one that has none.
export function shape(verdict) {
  if (!shapes[verdict]) return null;
  return svg('svg', { class: verdict === 'quoted' ? 'shape filled' : 'shape', viewBox: '0 0 16 16', 'aria-hidden': 'true', focusable: 'false' }, svg('path', { d: shapes[verdict] }));
}

function holds(verdict) {
  return verdict === 'quoted' || verdict === 'supported';
}

// borne reports whether the source has what a sentence says, in these words or others.
function borne(why, verdict) {
  return why.source && (holds(verdict) || why.met || why.source === why.claim);
}

// differing is what of a sentence its source does not hold, or has otherwise.
export function differing({ why, verdict }) {
  if (holds(verdict)) return [];
  return why.filter((one) => one.claim && !one.met && one.claim !== one.source);
}

// matching are the words of a sentence that its source bears out by the same or others.
export function matching({ why, verdict }) {
  return why.filter((one) => one.claim && borne(one, verdict))
    .map(({ claim, source }) => (claim === source ? claim : claim + ' = ' + source));
}

// speaks reports whether there is more to say of a verdict than its name.
export function speaks(sentence) {
  return ['weak', 'contradicted', 'uncited'].includes(sentence.verdict) || sentence.why.length > 0;
}

// reasons is a list of what differs or matches of a sentence, null where nothing is
// said.
export function reasons({ why, verdict }) {
  const list = why.map((one) => reason(one, verdict)).filter(Boolean);
  return list.length ? h('ul', { class: 'reasons' }, list) : null;
}

function reason(why, verdict) {
  if (why.kind === 'coverage' && !why.claim) return h('li', { say: 'verdict.why.coverage' });
  if (!why.claim) return null;
  if (borne(why, verdict)) return h('li', { say: 'verdict.why.same', sayWith: { claim: why.claim, source: why.source } });
  return h('li', why.source
    ? { say: 'verdict.why.differs', sayWith: { claim: why.claim, source: why.source } }
    : { say: 'verdict.why.absent', sayWith: { claim: why.claim } });
}

// legend explains the marks that occur.
export function legend(verdicts) {
  const found = Object.keys(shapes).filter((verdict) => verdicts.includes(verdict));
  if (!found.length) return null;
  return h('ul', { class: 'legend', label: 'verdict.legend' }, found.map((verdict) =>
    h('li', { 'data-verdict': verdict }, shape(verdict), h('span', { say: 'verdict.' + verdict }))));
}
