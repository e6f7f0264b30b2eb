// Files dropped anywhere on the page, or chosen, go into the collection.
import { h, icon, replace } from './dom.js';
import { headers, notice, Problem } from './api.js';
import { announce } from './live.js';
import { say } from './words.js';

const batchFiles = 16;
const batchBytes = 4 << 20; // so that the list of results moves on; the server takes more at once

const list = h('ul', { class: 'upload-list' });
const summary = h('p', { role: 'status' });
const panel = h('section', { class: 'upload', hidden: true, label: 'upload.title' },
  h('div', { class: 'upload-head' }, h('h2', { say: 'upload.title' }),
    h('button', { class: 'quiet-button', type: 'button', label: 'close', on: { click: () => { panel.hidden = true; } } }, icon('close'))),
  summary, list);
const veilText = h('p', {});
const veil = h('div', { class: 'veil', hidden: true }, veilText);
const adding = { words: 'upload.drop', take: (files) => addFiles(files) };
let taker = adding;
const listeners = new Set();
let running = Promise.resolve();

// onUploaded calls a listener when files have gone in, until the function that it
// returns is called.
export function onUploaded(listener) {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

// takeDrops hands the files that are dropped to a screen, until the function that it
// returns is called. words is what is said while they are over the page.
export function takeDrops(words, take) {
  taker = { words, take };
  return () => {
    taker = adding;
  };
}

// mountUpload lets files be dropped on the page.
export function mountUpload() {
  document.body.append(panel, veil);
  let depth = 0;
  const files = (event) => event.dataTransfer?.types.includes('Files') && !event.defaultPrevented;
  addEventListener('dragenter', (event) => {
    if (!files(event)) return;
    depth++;
    say(veilText, taker.words);
    veil.hidden = false;
  });
  addEventListener('dragleave', () => {
    depth = Math.max(0, depth - 1);
    if (!depth) veil.hidden = true;
  });
  addEventListener('dragover', (event) => {
    if (files(event)) event.preventDefault();
  });
  addEventListener('drop', async (event) => {
    depth = 0;
    veil.hidden = true;
    if (!files(event)) return;
    event.preventDefault();
    const { take } = taker;
    take(await dropped(event.dataTransfer));
  });
}

// dropped returns the files of a drop, those in folders too, as [{name, file}].
async function dropped(transfer) {
  const entries = [...transfer.items].map((item) => item.webkitGetAsEntry?.()).filter(Boolean);
  if (!entries.length) return [...transfer.files].map((file) => ({ name: file.name, file }));
  const found = [];
  for (const entry of entries) await walk(entry, found);
  return found;
}

async function walk(entry, found) {
  if (entry.isFile) {
    const file = await new Promise((resolve, reject) => entry.file(resolve, reject));
    found.push({ name: entry.fullPath.replace(/^\//, ''), file });
    return;
  }
  const reader = entry.createReader();
  for (;;) { // a reader gives out a folder piece by piece
    const some = await new Promise((resolve, reject) => reader.readEntries(resolve, reject));
    if (!some.length) return;
    for (const one of some) await walk(one, found);
  }
}

// chosen returns the files of an input in the same form.
export function chosen(input) {
  return [...input.files].map((file) => ({ name: file.webkitRelativePath || file.name, file }));
}

// addFiles sends files and shows what became of each. Files that are added meanwhile
// wait their turn.
export function addFiles(files) {
  running = running.then(() => send(files));
  return running;
}

async function send(files) {
  panel.hidden = false;
  const rows = files.map((one) => new Row(one));
  replace(list, ...rows.map((row) => row.element));
  if (!rows.length) {
    say(summary, 'upload.nothing');
    return;
  }
  const count = { added: 0, updated: 0, unchanged: 0, refused: 0 };
  let done = 0;
  for (const batch of batches(rows)) {
    say(summary, 'upload.progress', { done, of: rows.length });
    for (const result of await sendBatch(batch)) count[result]++;
    done += batch.length;
  }
  say(summary, 'upload.finished', count);
  announce('upload.finished', count);
  for (const listener of listeners) listener();
}

function* batches(rows) {
  let batch = [];
  let bytes = 0;
  for (const row of rows) {
    if (batch.length && (batch.length === batchFiles || bytes + row.file.size > batchBytes)) {
      yield batch;
      batch = [];
      bytes = 0;
    }
    batch.push(row);
    bytes += row.file.size;
  }
  if (batch.length) yield batch;
}

// sendBatch returns the status of each article of the files.
async function sendBatch(batch) {
  const form = new FormData();
  for (const row of batch) form.append('files', row.file, row.name);
  let results;
  try {
    const { results: all, caveats } = await post(form, (percent) => batch.forEach((row) => row.sending(percent)));
    results = all;
    for (const caveat of caveats ?? []) announce('problem.other', { detail: caveat.text });
  } catch (error) {
    if (error.status === 403) error.why = { key: 'upload.readonly' };
    if (!error.results?.length) {
      batch.forEach((row) => row.failed(error.why ?? error.words));
      return batch.map(() => 'refused');
    }
    results = error.results;
  }
  for (const row of batch) row.finished(results.filter((result) => belongs(result.name, row.name)));
  return results.map((result) => result.status);
}

// belongs tells the results of a file, which may hold many articles: feed.xml#2.
function belongs(name, file) {
  return name === file || name.startsWith(file + '#');
}

// post sends a form; fetch does not tell how far it is.
function post(form, onProgress) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open('POST', '/v1/articles');
    for (const [name, value] of Object.entries(headers())) request.setRequestHeader(name, value);
    request.responseType = 'json';
    request.upload.addEventListener('progress', (event) => onProgress(Math.round((100 * event.loaded) / event.total)));
    request.addEventListener('load', () => {
      if (request.status < 300) resolve(request.response);
      else reject(notice(new Problem({ code: 'other', status: request.status, detail: String(request.status), ...request.response })));
    });
    request.addEventListener('error', () => reject(new Problem({ code: 'network' })));
    request.send(form);
  });
}

// A Row is one file in the list.
class Row {
  constructor({ name, file }) {
    this.name = name;
    this.file = file;
    this.state = h('span', { class: 'upload-state', say: 'upload.waiting' });
    this.bar = h('progress', { max: '100', value: '0', 'aria-hidden': 'true' });
    this.more = h('div', { class: 'upload-more' });
    this.element = h('li', {}, h('span', { class: 'upload-name', text: name }), this.state, this.bar, this.more);
  }

  sending(percent) {
    this.bar.value = percent;
    if (percent < 100) say(this.state, 'upload.sending', { percent });
    else say(this.state, 'upload.reading');
  }

  failed(words) {
    this.bar.remove();
    this.element.dataset.status = 'refused';
    say(this.state, 'upload.refused');
    replace(this.more, h('p', { say: words.key, sayWith: words.with }));
  }

  finished(results) {
    this.bar.remove();
    const statuses = [...new Set(results.map((result) => result.status))];
    this.element.dataset.status = statuses.includes('refused') ? 'refused' : 'taken';
    replace(this.state, ...statuses.flatMap((status, n) => [
      n ? ' · ' : null, h('span', { say: 'upload.' + status }),
      results.length > 1 ? ' ' + results.filter((result) => result.status === status).length : null]));
    replace(this.more, ...results.slice(0, 50).map((result) => (result.article
      ? h('p', {}, h('a', { href: '/articles/' + encodeURIComponent(result.article.id), text: result.article.title || result.name }))
      : h('p', { text: (results.length > 1 ? result.name + ': ' : '') + (result.reason ?? '') }))));
  }
}
