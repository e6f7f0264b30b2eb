// The range that was searched, as chips above an answer that can be taken away.
import { h, icon } from './dom.js';

// chipsOf makes the chips of a plan. again is called with the request's window and
// filter as they are without the one that was taken away.
export function chipsOf(plan, again) {
  const chips = [];
  const add = (key, parameters, change) => chips.push(chip(key, parameters, () => again(change)));
  const { window, filter = {} } = plan;
  if (window && (window.from || window.to)) {
    const range = rangeOf(window.from, window.to);
    if (window.text) add('chip.window.text', { text: window.text, range }, { window: 'off', filter });
    else add('chip.window', { range }, { window: 'off', filter });
  }
  if (filter.published_from || filter.published_to) {
    add('chip.published', { range: rangeOf(filter.published_from, filter.published_to) },
      { filter: { ...filter, published_from: undefined, published_to: undefined } });
  }
  for (const [field, key] of [['outlets', 'chip.outlet'], ['tags', 'chip.tag'], ['article_ids', 'chip.article']]) {
    for (const name of filter[field] ?? []) {
      add(key, { name }, { filter: { ...filter, [field]: filter[field].filter((other) => other !== name) } });
    }
  }
  return chips.length ? h('ul', { class: 'chips', label: 'chips' }, chips) : null;
}

function chip(key, parameters, remove) {
  const what = { key, with: parameters };
  return h('li', { class: 'chip' },
    h('span', { say: key, sayWith: parameters }),
    h('button', { type: 'button', label: 'chip.remove', labelWith: { what }, tip: 'chip.remove', tipWith: { what }, on: { click: remove } }, icon('close')));
}

// rangeOf is two days as a text for words.js; either may be missing.
export function rangeOf(from, to) {
  const [a, b] = [unbroken(from), unbroken(to)];
  if (a && b) return { key: 'range.both', with: { from: a, to: b } };
  return a ? { key: 'range.from', with: { from: a } } : { key: 'range.to', with: { to: b } };
}

// unbroken keeps a day on one line, by word joiners.
function unbroken(day) {
  return day?.replaceAll('-', '\u2060-\u2060');
}

// listOf is what somebody typed with commas between, Chinese or not.
export function listOf(text) {
  return text.split(/[,，、;；]/).map((one) => one.trim()).filter(Boolean);
}

