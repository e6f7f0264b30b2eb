// A sentence of a briefing, which stays the same element while its numbers, and later its
// verdict, become others.
import { h, replace } from '../page/dom.js';
import { marker, renumber, verdictMark } from '../source/citation.js';
import { inline, together } from '../source/sentence.js';

let markers = 0;

// A SentenceView shows one sentence. citations is a Map of number → {article, spans}; ref
// is the name that the interface has for the sentence, sections/1/3.
export class SentenceView {
  constructor(sentence, ref, citations) {
    this.buttons = [];
    this.slot = h('span', { class: 'slot' });
    this.sentence = sentence;
    this.citations = citations;
    this.judged = { verdict: sentence.verdict, judge: sentence.judge, why: [] };
    const nodes = inline(sentence.text, (number) => this.marker(number));
    this.element = h('span', { class: 'sentence' }, together(nodes, this.slot));
    this.update(sentence, ref, citations);
  }

  // marker makes the button of the next number of the text.
  marker(number) {
    if (!this.citations.has(number)) return null;
    const own = { number };
    this.buttons.push(own);
    own.button = marker(number, 'b' + ++markers, () => this.source(own.number));
    return own.button;
  }

  source(number) {
    const { article, spans } = this.citations.get(number);
    const own = this.sentence.spans.filter((span) => span.number === number);
    return { article, own, spans: spans.length ? spans : own, sentence: this.judged };
  }

  // update shows the same sentence with other numbers, in another place.
  update(sentence, ref, citations) {
    this.sentence = sentence;
    this.citations = citations;
    this.element.id = idOf(ref);
    numbersIn(sentence, citations).forEach((number, at) => {
      const one = this.buttons[at];
      one.number = number;
      renumber(one.button, number, citations.get(number).article);
    });
    this.judge(sentence.verdict, []);
  }

  // judge shows a verdict, and why it is that.
  judge(verdict, why) {
    this.judged = { verdict, judge: this.sentence.judge, why };
    this.element.dataset.verdict = verdict;
    replace(this.slot, verdictMark(this.judged));
  }
}

// idOf is the id of a sentence's element.
export function idOf(ref) {
  return 's-' + ref.replaceAll('/', '-');
}

// wordsOf is a sentence without its numbers, by which it is known again.
export function wordsOf({ text }) {
  return text.replace(/(?<!\\)\[\d{1,4}\]/g, '[]');
}

// plain takes the marks off brackets that are text.
export function plain(text) {
  return text.replace(/\\([[\]])/g, '$1');
}

function numbersIn({ text }, citations) {
  return [...text.matchAll(/(?<!\\)\[(\d{1,4})\]/g)].map((found) => Number(found[1])).filter((number) => citations.has(number));
}
