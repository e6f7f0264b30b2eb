// How programs and assistants reach the collection, with lines to copy.
import { h, icon } from '../page/dom.js';
import { key } from '../page/api.js';
import { copy } from '../page/clipboard.js';
import { announce } from '../page/live.js';

// The key itself is never shown: what is copied may be passed on.
const placeholder = 'Bearer chuchu_…';

export function elsewhere() {
  const mcp = location.origin + '/mcp';
  const server = { url: mcp, ...(key() ? { headers: { Authorization: placeholder } } : {}) };
  return h('section', { class: 'status-part elsewhere' },
    h('h2', { say: 'elsewhere.title' }), h('p', { class: 'quiet', say: 'elsewhere.lead' }),
    example('elsewhere.mcp', mcp),
    example('elsewhere.json', JSON.stringify({ mcpServers: { chuchu: server } }, null, 2)),
    example('elsewhere.claude', 'claude mcp add --transport http chuchu ' + mcp + (key() ? ' --header "Authorization: ' + placeholder + '"' : '')),
    example('elsewhere.curl', 'curl ' + location.origin + '/v1/search -H "Content-Type: application/json"' +
      (key() ? ' -H "Authorization: ' + placeholder + '"' : '') + " -d '{\"query\":\"…\"}'"));
}

function example(name, text) {
  const code = h('code', { text });
  const copy = h('button', { type: 'button', class: 'quiet-button', label: 'elsewhere.copy', labelWith: { what: { key: name } }, tip: 'ask.copy', on: { click: () => put(code) } }, icon('copy'));
  return h('div', { class: 'example' }, h('div', { class: 'example-head' }, h('h3', { say: name }), copy), h('pre', {}, code));
}

// put copies; where the browser does not allow it, the text is chosen for the reader to.
function put(code) {
  return copy(code.textContent, null, () => {
    getSelection().selectAllChildren(code);
    announce('elsewhere.selected');
  });
}
