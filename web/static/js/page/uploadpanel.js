// The panel in the corner: which files go in, and what became of each.
import { h, icon, replace } from './dom.js';
import { say } from './words.js';

const mostNamed = 50; // articles of one file that are named

// Why the server refuses a file it says in English; these are said in the language of the
// page, others as they come.
const reasons = [
  [/^the file is empty$/, 'upload.reason.empty'],
  [/^there is no (article|text) in it$/, 'upload.reason.nothing'],
  [/^it is no text\b/, 'upload.reason.binary'],
  [/^it is not UTF-8,/, 'upload.reason.encoding'],
  [/^the article has \d+ characters; at most (?<most>\d+) are taken$/, 'upload.reason.long'],
  [/^it does not fit into the (?<most>.+) of an upload\b/, 'upload.reason.large'],
  [/^reading PDF needs /, 'upload.reason.pdf'],
];

function reasonOf(reason = '') {
  for (const [pattern, key] of reasons) {
    const found = pattern.exec(reason);
    if (found) return h('span', { say: key, sayWith: found.groups });
  }
  return h('span', { text: reason });
}

// An UploadPanel calls on.stop() when the reader wants no more to go in.
export class UploadPanel {
  constructor(on) {
    this.list = h('ul', { class: 'upload-list', id: 'upload-list' });
    this.summary = h('p', { class: 'upload-summary' });
    this.notes = h('div', { class: 'upload-notes' });
    this.stopButton = h('button', { type: 'button', hidden: true, on: { click: () => on.stop() } }, icon('stop'), h('span', { say: 'upload.stop' }));
    this.foldButton = h('button', { class: 'quiet-button fold', type: 'button', label: 'upload.list', 'aria-expanded': 'true', 'aria-controls': 'upload-list', on: { click: () => this.fold() } }, icon('next'));
    this.closeButton = h('button', { class: 'quiet-button', type: 'button', label: 'close', on: { click: () => this.close() } }, icon('close'));
    this.filterButton = h('button', { class: 'link', type: 'button', hidden: true, 'aria-pressed': 'false', say: 'upload.only', on: { click: () => this.filter() } });
    this.element = h('section', { class: 'upload', hidden: true, label: 'upload.title' },
      h('div', { class: 'upload-head' }, h('h2', { say: 'upload.title' }),
        h('div', { class: 'upload-tools' }, this.stopButton, this.foldButton, this.closeButton)),
      this.summary, this.notes, this.filterButton, this.list);
  }

  clear() {
    replace(this.list);
    replace(this.summary);
    replace(this.notes);
    this.filterButton.hidden = true;
    this.filterButton.setAttribute('aria-pressed', 'false');
  }

  add(rows) {
    this.element.hidden = false;
    this.list.append(...rows.map((row) => row.element));
  }

  // working says whether files are on their way: then the panel stays.
  working(is) {
    const focused = this.element.contains(document.activeElement);
    this.stopButton.hidden = !is;
    this.closeButton.hidden = is;
    if (focused && document.activeElement === document.body) (is ? this.stopButton : this.closeButton).focus();
  }

  progress(done, of) {
    say(this.summary, 'upload.progress', { done, of });
  }

  // show brings a row into sight, unless somebody is reading the list.
  show(row) {
    if (!this.list.matches(':hover, :focus-within')) this.list.scrollTop = row.element.offsetTop - this.list.offsetTop;
  }

  note(caveats) {
    const known = [...this.notes.children].map((one) => one.textContent);
    for (const { text } of caveats) if (!known.includes(text)) this.notes.append(h('p', { class: 'quiet', text }));
  }

  finished(count) {
    say(this.summary, count.left ? 'upload.finished.left' : 'upload.finished', count);
    const refused = this.list.querySelectorAll('[data-status="refused"]').length;
    this.filterButton.hidden = !refused || refused === this.list.children.length;
  }

  nothing() {
    say(this.summary, 'upload.nothing');
  }

  fold() {
    const open = this.foldButton.getAttribute('aria-expanded') === 'true';
    this.foldButton.setAttribute('aria-expanded', String(!open));
    this.list.hidden = open;
  }

  filter() {
    this.filterButton.setAttribute('aria-pressed', String(this.filterButton.getAttribute('aria-pressed') !== 'true'));
  }

  close() {
    this.element.hidden = true;
    (document.getElementById('add-files') ?? document.getElementById('main')).focus({ preventScroll: true });
  }
}

// A Row is one file in the list. Its file is null where it could not be read.
export class Row {
  constructor({ name, file }) {
    this.name = name;
    this.file = file;
    this.size = file?.size ?? 0;
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
    say(this.state, 'upload.left');
    replace(this.more, h('p', { say: words.key, sayWith: words.with }));
  }

  finished(results) {
    this.bar.remove();
    const statuses = [...new Set(results.map((result) => result.status))];
    this.element.dataset.status = statuses.includes('refused') ? 'refused' : 'taken';
    replace(this.state, ...statuses.flatMap((status, n) => [
      n ? ' · ' : null, h('span', { say: 'upload.' + status }),
      results.length > 1 ? ' ' + results.filter((result) => result.status === status).length : null]));
    replace(this.more, ...results.slice(0, mostNamed).map((result) => (result.article
      ? h('p', {}, h('a', { href: '/articles/' + encodeURIComponent(result.article.id), text: result.article.title || result.name }))
      : h('p', {}, results.length > 1 ? result.name + ': ' : null, reasonOf(result.reason)))));
  }
}
