// What a screen reader is told: ends and failures, never every word of a stream.
import { h } from './dom.js';
import { say } from './words.js';

export const region = h('div', { class: 'visually-hidden', role: 'status', 'aria-live': 'polite' });

// announce says one text; the same text again is said again.
export function announce(key, parameters) {
  region.textContent = '';
  requestAnimationFrame(() => say(region, key, parameters));
}
