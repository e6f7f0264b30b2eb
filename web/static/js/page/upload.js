// Files dropped anywhere on the page, or chosen, go into the collection, a few with
// each request. Files that are added meanwhile wait behind the others.
import { h } from './dom.js';
import { headers, notice, Problem } from './api.js';
import { announce } from './live.js';
import { Row, UploadPanel } from './uploadpanel.js';
import { say } from './words.js';

const batchFiles = 16;
const batchBytes = 4 << 20; // so that the list of results moves on; the server takes more at once

const veilText = h('p', {});
const veil = h('div', { class: 'veil', hidden: true }, veilText);
const panel = new UploadPanel({ stop });
const adding = { words: 'upload.drop', take: (files) => addFiles(files) };
let taker = adding;
const listeners = new Set();

let waiting = []; // rows that have not been sent
let running = null; // {count, done, of} of what is going in, null when nothing is
let sent = null; // the request that is under way

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
  document.body.append(panel.element, veil);
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
  for (const entry of entries) await walk(entry, found, true);
  return found;
}

// walk passes over what a folder hides, which the system puts there. A file that can
// no longer be read has none.
async function walk(entry, found, asked) {
  if (!asked && entry.name.startsWith('.')) return;
  const name = entry.fullPath.replace(/^\//, '');
  try {
    if (entry.isFile) {
      found.push({ name, file: await new Promise((resolve, reject) => entry.file(resolve, reject)) });
      return;
    }
    const reader = entry.createReader();
    for (;;) { // a reader gives out a folder piece by piece
      const some = await new Promise((resolve, reject) => reader.readEntries(resolve, reject));
      if (!some.length) return;
      for (const one of some) await walk(one, found, false);
    }
  } catch {
    found.push({ name, file: null });
  }
}

// chosen returns the files of an input in the same form.
export function chosen(input) {
  return [...input.files].map((file) => ({ name: file.webkitRelativePath || file.name, file }));
}

// addFiles sends files and shows what became of each.
export function addFiles(files) {
  if (!running) panel.clear();
  const rows = files.map((one) => new Row(one));
  panel.add(rows);
  waiting.push(...rows);
  if (running) running.of += rows.length;
  else if (rows.length) send(rows.length);
  else panel.nothing();
}

async function send(of) {
  running = { count: { added: 0, updated: 0, unchanged: 0, refused: 0, left: 0 }, done: 0, of };
  addEventListener('beforeunload', warn);
  panel.working(true);
  while (waiting.length) {
    panel.progress(running.done, running.of);
    const batch = next();
    panel.show(batch[0]);
    await sendBatch(batch);
    running.done += batch.length;
  }
  removeEventListener('beforeunload', warn);
  const { count } = running;
  running = null;
  panel.working(false);
  panel.finished(count);
  announce(count.left ? 'upload.finished.left' : 'upload.finished', count);
  for (const listener of listeners) listener();
}

// warn has the browser ask before the page is left with files on their way.
function warn(event) {
  event.preventDefault();
}

// stop leaves what has not gone in.
function stop() {
  running.stopped = true;
  leave({ key: 'upload.stopped' });
  sent?.abort();
}

// leave gives up the rows that wait.
function leave(words) {
  for (const row of waiting.splice(0)) {
    row.failed(words);
    running.count.left++;
    running.done++;
  }
}

// next takes the files of a request off those that wait. Results are known by their
// names, so no two files of a request may have the same.
function next() {
  let bytes = 0;
  let n = 0;
  for (const row of waiting) {
    bytes += row.size;
    const clash = waiting.slice(0, n).some((other) => belongs(row.name, other.name) || belongs(other.name, row.name));
    if (n && (n === batchFiles || bytes > batchBytes || clash)) break;
    n++;
  }
  return waiting.splice(0, n);
}

async function sendBatch(batch) {
  const readable = batch.filter((row) => row.file);
  for (const row of batch) if (!row.file) give(row, { key: 'upload.unreadable' });
  if (!readable.length) return;
  const form = new FormData();
  for (const row of readable) form.append('files', row.file, row.name);
  let results;
  try {
    const reply = await post(form, (percent) => readable.forEach((row) => row.sending(percent)));
    results = reply.results;
    panel.note(reply.caveats ?? []);
  } catch (problem) {
    if (!problem.results.length) {
      await failed(readable, problem);
      return;
    }
    results = problem.results;
  }
  for (const row of readable) row.finished(results.filter((result) => belongs(result.name, row.name)));
  for (const result of results) running.count[result.status]++;
}

// failed says why nothing of a request went in, of those that wait too where they
// would fare no better. Files that are too large together may not be so by themselves,
// and one that has changed under way is no reason to leave the others.
async function failed(batch, problem) {
  const lost = problem.code === 'network';
  const unreadable = lost && (await reachable());
  if (batch.length > 1 && (problem.status === 413 || unreadable)) {
    for (const row of batch) {
      if (running.stopped) give(row, { key: 'upload.stopped' });
      else await sendBatch([row]);
    }
    return;
  }
  const words = unreadable ? { key: 'upload.unreadable' } : problem.status === 403 ? { key: 'upload.readonly' } : problem.words;
  for (const row of batch) give(row, words);
  if ((lost && !unreadable) || problem.status === 401 || problem.status === 403) leave(words);
}

function reachable() {
  return fetch('/healthz').then((response) => response.ok, () => false);
}

function give(row, words) {
  row.failed(words);
  running.count.left++;
}

// belongs tells the results of a file, which may hold many articles: feed.xml#2.
function belongs(name, file) {
  return name === file || name.startsWith(file + '#');
}

// post sends a form; fetch does not tell how far it is. The server takes nothing of a
// form that it does not get whole; of one that it has, stopping leaves open what went in.
function post(form, onProgress) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    let whole = false;
    request.open('POST', '/v1/articles');
    for (const [name, value] of Object.entries(headers())) request.setRequestHeader(name, value);
    request.responseType = 'json';
    request.upload.addEventListener('progress', (event) => onProgress(Math.round((100 * event.loaded) / event.total)));
    request.upload.addEventListener('load', () => {
      whole = true;
    });
    request.addEventListener('load', () => {
      if (request.status < 300) resolve(request.response);
      else reject(notice(new Problem({ code: 'other', status: request.status, detail: String(request.status), ...request.response })));
    });
    request.addEventListener('error', () => reject(new Problem({ code: 'network' })));
    request.addEventListener('abort', () => reject(new Problem({ code: whole ? 'upload_unsure' : 'upload_stopped' })));
    request.addEventListener('loadend', () => {
      if (sent === request) sent = null; // the next may have begun
    });
    sent = request;
    request.send(form);
  });
}
