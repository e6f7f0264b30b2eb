// Citations: the small numbers, what they say when pointed at, and where they lead.
import { h, replace } from '../page/dom.js';
import { announce } from '../page/live.js';
import { onLanguage, sayAttribute } from '../page/words.js';
import { pane } from './pane.js';
import { byline, titleOf } from './reader.js';
import { reasons, shape, speaks } from './verdict.js';

// marker makes the button of a number. source() returns {article, spans, own, sentence}:
// all quotations under the number, and those that this sentence rests on; what else it
// has is for the pane. id is one for each marker of the page: the next click on the same
// one goes on to the next quotation.
export function marker(number, id, source) {
  const button = h('button', { class: 'cite', type: 'button', 'data-cite': id }, h('span'));
  renumber(button, number, source().article);
  if (shown.id === id) button.setAttribute('aria-current', 'true');
  pointed(button, () => quotation(source()));
  button.addEventListener('click', () => go(button, id, source()));
  return button;
}

// renumber gives a marker the number that its article has now.
export function renumber(button, number, article) {
  button.dataset.number = number;
  button.firstChild.textContent = String(number);
  sayAttribute(button, 'aria-label', 'cite.label', { number, title: article.title });
}

// verdictMark makes the mark behind a sentence: a picture with a name, or a button
// where there is more to say.
export function verdictMark(sentence) {
  const drawn = shape(sentence.verdict);
  if (!drawn) return null;
  const key = 'verdict.' + sentence.verdict;
  if (!speaks(sentence)) return h('span', { class: 'verdict', role: 'img', label: key, tip: key }, drawn);
  const button = h('button', { class: 'verdict', type: 'button', label: key }, drawn);
  pointed(button, () => [verdictLine(sentence), reasons(sentence)]);
  button.addEventListener('click', () => popover.show(button, () => [verdictLine(sentence), reasons(sentence)]));
  return button;
}

function verdictLine(sentence) {
  return h('p', { class: 'quotation-verdict', 'data-verdict': sentence.verdict },
    shape(sentence.verdict), h('span', { say: 'verdict.' + sentence.verdict }),
    sentence.judge === 'model' ? h('span', { class: 'quiet', say: 'verdict.model' }) : null);
}

function quotation({ article, spans, own, sentence }) {
  const quotes = own.length ? own : spans.slice(0, 1);
  return [
    titleOf(article, 'p', { class: 'quotation-title' }),
    h('p', { class: 'quotation-line' }, byline(article)),
    ...quotes.slice(0, 3).map((span) => (span.quote === null
      ? h('p', { class: 'quiet', say: 'cite.gone' })
      : h('blockquote', { text: span.quote, lang: 'zh-CN' }))),
    quotes.length ? null : h('p', { class: 'quiet', say: 'cite.unlocated' }),
    sentence && sentence.verdict !== 'quoted' ? verdictLine(sentence) : null,
    sentence ? reasons(sentence) : null,
  ];
}

// shown is the marker whose article is in the pane, and which of its quotations.
let shown = { id: null, at: 0 };

function go(button, id, { sentence, ...source }) {
  popover.hide();
  const { spans, own } = source;
  const own0 = Math.max(0, spans.findIndex((span) => own.length && span.start === own[0].start && span.end === own[0].end));
  const at = shown.id === id && spans.length ? (shown.at + 1) % spans.length : own0;
  follow({ ...source, at, opener: button }, id);
}

// openPlace shows a quotation in the pane for who asks without a marker, or in the place
// of the marker of an id.
export function openPlace(source, id = null) {
  follow({ at: 0, ...source }, id);
}

function follow(source, id) {
  shown = { id, at: source.at };
  markShown();
  pane.open({
    ...source,
    onMove: (at) => {
      shown.at = at;
    },
    onClose: forget,
  });
  if (source.article) announce('cite.opened', { title: source.article.title, at: source.spans.length ? source.at + 1 : 0, of: source.spans.length });
}

function forget() {
  shown = { id: null, at: 0 };
  markShown();
}

function markShown() {
  for (const one of document.querySelectorAll('.cite')) {
    if (one.dataset.cite === shown.id) one.setAttribute('aria-current', 'true');
    else one.removeAttribute('aria-current');
  }
}

// pointed shows the popover while a control is pointed at or has the focus.
function pointed(control, content) {
  control.addEventListener('pointerenter', (event) => {
    if (event.pointerType !== 'touch') popover.later(control, content);
  });
  control.addEventListener('pointerleave', () => popover.leave());
  control.addEventListener('focus', () => {
    if (control.matches(':focus-visible')) popover.show(control, content);
  });
  control.addEventListener('blur', () => popover.left(control));
}

const openAfter = 120;
const closeAfter = 200; // milliseconds, for the way from the number to the popover

// A Popover stands beside a control and can itself be pointed at.
class Popover {
  constructor() {
    this.element = h('div', { class: 'popover', id: 'quotation', role: 'tooltip', hidden: true });
    this.element.addEventListener('pointerenter', () => clearTimeout(this.timer));
    this.element.addEventListener('pointerleave', () => this.leave());
    addEventListener('scroll', (event) => this.moved(event), { passive: true, capture: true });
    onLanguage(() => this.hide());
  }

  get visible() {
    return !this.element.hidden;
  }

  // moved follows the control: a focus that comes to it may have scrolled it into sight.
  moved(event) {
    if (!this.visible || event.target === this.element) return;
    const box = this.control.getBoundingClientRect();
    if (box.bottom < 0 || box.top > innerHeight) this.hide();
    else this.place(box);
  }

  later(control, content) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.show(control, content), openAfter);
  }

  leave() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.hide(), closeAfter);
  }

  // left hides it at once when the focus has gone from its control: there is no way from
  // the one to the other by keys. Somebody may be selecting words of it.
  left(control) {
    if (this.control === control && !this.element.matches(':hover')) this.hide();
  }

  hide() {
    clearTimeout(this.timer);
    this.element.hidden = true;
    this.control?.removeAttribute('aria-describedby');
    this.control = null;
  }

  show(control, content) {
    this.hide();
    if (!control.isConnected) return;
    this.control = control;
    control.setAttribute('aria-describedby', 'quotation');
    replace(this.element, ...content());
    this.element.hidden = false;
    this.place(control.getBoundingClientRect());
  }

  // place puts it below the control, above where there is no room, inside the window.
  place(box) {
    const { width, height } = this.element.getBoundingClientRect();
    const edge = 8;
    const left = Math.max(edge, Math.min(box.left - 24, innerWidth - width - edge));
    const below = box.bottom + 6;
    const top = below + height > innerHeight - edge && box.top - height - 6 > edge ? box.top - height - 6 : below;
    this.element.style.left = left + 'px';
    this.element.style.top = top + 'px';
  }
}

export const popover = new Popover();

