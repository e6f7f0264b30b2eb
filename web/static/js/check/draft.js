// A draft that was checked: its text, every sentence with the mark of its verdict and
// the numbers of its sources. The sentence that has the focus has its source beside it.
import { h } from '../page/dom.js';
import { marker, openPlace } from '../source/citation.js';
import { paragraphs } from './text.js';
import { findings } from './findings.js';
import { pickedOut } from '../source/reader.js';
import { differing, shape } from '../source/verdict.js';

const doubtful = ['contradicted', 'weak', 'not_found']; // what a reader goes through
const wide = matchMedia('(min-width: 69rem)'); // the pane stands beside the text

// A Draft shows a text and the reply of its check.
export class Draft {
  constructor(text, reply) {
    this.articles = new Map(reply.citations.map((one) => [one.number, one.article]));
    this.items = [];
    this.current = null;
    this.element = h('div', { class: 'draft text', lang: /\p{Script=Han}/u.test(text) ? 'zh-CN' : 'en' }, paragraphs(text, reply.sentences).map((list) =>
      h('p', {}, list.flatMap(({ before, sentence }) => [before, this.item(sentence).element]))));
  }

  // item is a sentence on the page: {sentence, sources, element, button}.
  item(sentence) {
    const n = this.items.length;
    const sources = sentence.citations.map((number) => ({
      number, article: this.articles.get(number), spans: sentence.spans.filter((span) => span.number === number), id: 'c' + n + '.' + number,
    }));
    const item = { sentence, sources };
    item.element = this.sentence(item);
    this.items.push(item);
    return item;
  }

  sentence(item) {
    const { sentence, sources } = item;
    if (sentence.verdict === 'none') return h('span', { class: 'sentence', 'data-verdict': 'none', text: sentence.text });
    const points = [...sentence.text];
    const last = points.pop();
    const differs = differing(sentence).map((why) => why.claim);
    item.button = h('button', { class: 'verdict', type: 'button', label: 'verdict.' + sentence.verdict, tip: 'verdict.' + sentence.verdict, on: { click: () => this.select(item) } }, shape(sentence.verdict));
    const markers = sources.map((source) => marker(source.number, source.id, () => this.source(item, source)));
    return h('span', { class: 'sentence', 'data-verdict': sentence.verdict, on: { focusin: () => this.focused(item), click: (event) => this.clicked(event, item) } },
      pickedOut(points.join(''), differs),
      h('span', { class: 'together' }, last, markers, h('span', { class: 'slot' }, item.button)));
  }

  // source is what marker and pane are told of one source of a sentence.
  source(item, { article, spans, id }) {
    return {
      article, spans, own: spans, sentence: item.sentence, opener: item.button,
      picked: differing(item.sentence).map((why) => why.source),
      above: () => findings(item, id, (other) => this.select(item, other)),
    };
  }

  // focused shows the source where there is room for it beside the text.
  focused(item) {
    if (wide.matches && item !== this.current) this.select(item);
  }

  // clicked takes a click on the words as one on the mark behind them.
  clicked(event, item) {
    if (event.target.closest('button') || !getSelection().isCollapsed) return;
    item.button.focus({ preventScroll: true });
    if (item !== this.current) this.select(item);
  }

  // select shows a sentence's source, the first unless told, in the pane.
  select(item, source = item.sources[0]) {
    this.current?.element.removeAttribute('aria-current');
    this.current = item;
    item.element.setAttribute('aria-current', 'true');
    const shown = source ? this.source(item, source) : { article: null, spans: [], opener: item.button, above: () => findings(item) };
    openPlace(shown, source?.id);
  }

  // go moves the focus to the next sentence, or with by -1 to the one before, that is
  // doubtful, or that has one of the verdicts named. It returns whether there is one.
  go(by, verdicts = doubtful) {
    const among = this.items.filter((item) => verdicts.includes(item.sentence.verdict));
    if (!among.length) return false;
    const here = this.items.indexOf(this.current);
    const places = among.map((item) => this.items.indexOf(item));
    let n = by > 0 ? places.findIndex((place) => place > here) : places.findLastIndex((place) => place < here);
    if (here < 0 && by < 0) n = -1;
    const item = among.at(n < 0 && by > 0 ? 0 : n);
    item.button.scrollIntoView({ block: 'center' });
    item.button.focus({ preventScroll: true });
    this.select(item);
    return true;
  }
}
