// The screen of an address that there is nothing at.
import { h } from './dom.js';
import { setTitle } from './shell.js';

export function show(root) {
  setTitle('missing.title');
  root.append(h('div', { class: 'page' }, h('h1', { say: 'missing.title' }), h('p', { say: 'missing.text' })));
}
