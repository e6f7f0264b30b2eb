// The clipboard, which only pages of a secure address may write to.
import { h } from './dom.js';
import { announce } from './live.js';
import { say } from './words.js';

// copy copies a text and says so, in the element too where one is given; otherwise() is
// called where the browser does not allow it.
export async function copy(text, element, otherwise) {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    otherwise();
    return;
  }
  if (element) say(element, 'ask.copied');
  announce('ask.copied');
}

// showText puts a text to be taken by hand into an element by insert(...nodes).
export function showText(text, insert) {
  const box = h('textarea', { class: 'copy-box', readonly: true, rows: '8', label: 'ask.copy.tip' });
  box.value = text;
  insert(h('p', { say: 'ask.copy.failed' }), box);
  box.select();
}
