// The question over an answer. A long one shows its beginning, so that the answer is in
// sight.
import { h } from '../page/dom.js';

const long = 240; // characters
const lines = 8;

export function questionOf(text) {
  const heading = h('h2', { class: 'question', text });
  if ([...text].length <= long && text.split('\n').length <= lines) return heading;
  heading.classList.add('long');
  const button = h('button', { class: 'link', type: 'button', 'aria-expanded': 'false', say: 'ask.whole', on: { click: () => {
    const open = heading.classList.toggle('whole');
    button.setAttribute('aria-expanded', String(open));
  } } });
  return h('div', { class: 'question-room' }, heading, button);
}
