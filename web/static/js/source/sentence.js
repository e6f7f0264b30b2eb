// The parts of a sentence on the page: text, the numbers in it, and the mark behind it.
import { h } from '../page/dom.js';

// inline makes texts and markers of what is written, in turns, a text first and last;
// \[ and \] are brackets of the source. numberOf(number, place) makes a marker, null
// where the number is text.
export function inline(raw, numberOf) {
  const nodes = [''];
  let at = 0;
  for (const found of raw.matchAll(/\\([[\]])|\[(\d{1,4})\]/g)) {
    const marker = found[2] ? numberOf(Number(found[2]), nodes.length) : null;
    if (found[2] && !marker) continue;
    const before = raw.slice(at, found.index);
    if (marker) nodes.push(nodes.pop() + before, marker, '');
    else nodes.push(nodes.pop() + before + found[1]);
    at = found.index + found[0].length;
  }
  nodes.push(nodes.pop() + raw.slice(at));
  return nodes;
}

const closing = /^[\p{Pe}\p{Pf}。，、；：！？…".,;:!?]+/u;

const mostTogether = 4; // markers that are kept on a line; more may not find room on one

// together keeps markers and the mark on the line of the character before them, and
// with the signs that follow them. texts and markers take turns, a text first and last.
export function together(nodes, slot) {
  const kept = [];
  let group = null;
  let inGroup = 0;
  const join = (...more) => {
    if (!group) {
      group = h('span', { class: 'together' }, lastOf(kept));
      kept.push(group);
    }
    group.append(...more);
  };
  for (const node of nodes) {
    if (typeof node !== 'string') {
      if (++inGroup > mostTogether) join(h('wbr'));
      join(node);
      continue;
    }
    if (node) inGroup = 0;
    const signs = group ? (closing.exec(node)?.[0] ?? '') : '';
    if (signs) group.append(signs);
    const rest = node.slice(signs.length);
    if (rest) {
      kept.push(rest);
      group = null;
    }
  }
  if (slot) join(slot);
  return kept;
}

// lastOf takes the last character off the text at the end of a list and returns it.
function lastOf(kept) {
  if (typeof kept.at(-1) !== 'string') return '';
  const points = [...kept.pop()];
  const last = points.pop();
  if (points.length) kept.push(points.join(''));
  return last;
}
