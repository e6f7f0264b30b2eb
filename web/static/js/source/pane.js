// The pane beside the text: an article, scrolled to the words that a sentence rests on.
import { h, icon, outside, replace } from '../page/dom.js';
import { problemOf, request } from '../page/api.js';
import { articlePath } from '../page/route.js';
import { byline, textOf, titleOf } from './reader.js';

const kept = 12; // articles whose text is not asked for again
const narrow = matchMedia('(max-width: 68.999rem)');

// A Pane shows one article at a time.
class Pane {
  constructor() {
    this.texts = new Map();
    this.turn = 0;
    this.body = h('div', { class: 'pane-body', tabindex: '0', role: 'group', label: 'pane' });
    this.head = h('div', { class: 'pane-head' });
    this.element = h('aside', { class: 'pane', label: 'pane' }, this.head, this.body);
    this.clear();
  }

  clear() {
    this.turn++;
    this.shown = null;
    this.element.classList.remove('open');
    this.element.dataset.empty = 'true';
    replace(this.head);
    replace(this.body, h('p', { class: 'quiet', say: 'pane.hint' }));
  }

  // close empties the pane and gives the focus back to what opened it.
  close() {
    const opener = this.shown?.opener;
    const inside = this.element.contains(document.activeElement);
    const closed = this.shown?.onClose;
    this.clear();
    closed?.();
    if (inside && opener?.isConnected) opener.focus();
  }

  // open shows a place: {article, spans, at, opener, onMove, onClose, above, picked}. spans
  // may be empty; onMove is told when the reader goes on to another of them. above()
  // makes what stands over the article, which alone is shown where article is null;
  // picked are words that stand out in the quotation, in those of own where it is given.
  async open(source) {
    const turn = ++this.turn;
    const stepping = this.element.contains(document.activeElement);
    if (this.shown && this.shown.onClose !== source.onClose) this.shown.onClose?.();
    this.shown = source;
    this.element.classList.add('open');
    this.element.dataset.empty = 'false';
    this.showHead(source, null);
    const article = source.article;
    if (!article) {
      replace(this.body);
      if (narrow.matches) this.head.querySelector('.pane-close').focus();
      return;
    }
    const name = article.id + ' ' + article.version;
    if (!this.texts.has(name)) replace(this.body, h('p', { class: 'quiet', say: 'loading' }));
    if (narrow.matches && !stepping) {
      this.head.querySelector('.pane-close').focus();
      this.uncover(source.opener);
    }
    try {
      const full = await this.read(name, article);
      if (turn !== this.turn) return;
      this.showHead(source, full);
      this.showText(source, full);
    } catch (error) {
      if (turn !== this.turn) return;
      const words = problemOf(error).words;
      replace(this.body, h('p', { class: 'problem', say: words.key, sayWith: words.with }));
    }
  }

  // uncover moves what opened the pane, which now covers the lower part of the window,
  // into the upper.
  uncover(opener) {
    const room = this.element.getBoundingClientRect().top;
    const box = opener?.getBoundingClientRect();
    if (box && box.bottom > room - 8) scrollBy({ top: box.bottom - room + 32, behavior: 'instant' });
  }

  async read(name, article) {
    let full = this.texts.get(name);
    if (!full) {
      full = await request('/v1/articles/' + encodeURIComponent(article.id) + '?version=' + article.version);
      if (this.texts.size >= kept) this.texts.delete(this.texts.keys().next().value);
      this.texts.set(name, full);
    }
    return full;
  }

  showHead(source, full) {
    const { article, spans, above } = source;
    const focused = this.head.contains(document.activeElement) ? document.activeElement.dataset.part : null;
    const close = h('button', { class: 'quiet-button pane-close', 'data-part': 'close', type: 'button', label: 'close', on: { click: () => this.close() } }, icon('close'));
    if (!article) {
      replace(this.head, h('div', { class: 'pane-title' }, above(), close));
      return;
    }
    replace(this.head,
      above ? h('div', { class: 'pane-title' }, above(), close) : null,
      h('div', { class: 'pane-title' }, titleOf(article, 'h2'), above ? null : close),
      h('div', { class: 'pane-line' },
        byline(article),
        h('a', { href: articlePath(article, spans[source.at]), say: 'pane.page' }),
        outside(full?.url ?? article.url, {}, h('span', { say: 'pane.original' }), icon('out')),
        spans.length > 1 ? this.steps(source) : null));
    if (full && newest(full) > article.version) this.head.append(h('p', { class: 'pane-note', say: 'pane.older', sayWith: { version: article.version } }));
    if (focused) this.head.querySelector(`[data-part="${focused}"]`)?.focus();
  }

  steps(source) {
    const { spans, at } = source;
    const step = (by) => () => {
      const next = (at + by + spans.length) % spans.length;
      source.onMove?.(next);
      this.open({ ...source, at: next });
    };
    return h('span', { class: 'steps' },
      h('button', { class: 'quiet-button', 'data-part': 'previous', type: 'button', label: 'pane.previous', on: { click: step(-1) } }, icon('previous')),
      h('span', { say: 'pane.at', sayWith: { at: at + 1, of: spans.length } }),
      h('button', { class: 'quiet-button', 'data-part': 'next', type: 'button', label: 'pane.next', on: { click: step(1) } }, icon('next')));
  }

  showText(source, full) {
    const span = source.spans[source.at];
    const own = !source.own || source.own.some((one) => one.start === span?.start && one.end === span?.end);
    const { element, marks } = textOf(full, span?.start, span?.end, own ? source.picked : []);
    replace(this.body, element);
    this.body.scrollTop = 0;
    if (marks.length) {
      const box = marks[0].getBoundingClientRect();
      const own = this.body.getBoundingClientRect();
      this.body.scrollTop = box.top - own.top - own.height / 3;
    }
  }
}

function newest(full) {
  return Math.max(full.version, ...full.versions.map((v) => v.version));
}

export const pane = new Pane();
