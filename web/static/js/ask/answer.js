// One answer: written as its events come, or shown as it was stored.
//
// The text is cut into sentences: those that the server has judged, and between them
// those that will come, as far as their ends can be told. Each ends in a room of fixed
// width for its mark, so that a verdict moves nothing when it arrives.
import { h, replace } from '../page/dom.js';
import { marker, verdictMark } from '../source/citation.js';
import { inline, together } from '../source/sentence.js';
import { differing } from '../source/verdict.js';

let answers = 0; // ids of markers are made of it

export class AnswerText {
  constructor() {
    this.id = ++answers;
    this.text = '';
    this.points = [];
    this.sentences = new Map(); // by where they start
    this.citations = new Map(); // number → {article, spans}
    this.shown = []; // pieces on the page, with their nodes
    this.element = h('div', { class: 'answer-text' });
  }

  append(text) {
    this.text += text;
    this.points.push(...text);
    this.refresh();
  }

  cite({ number, article }) {
    this.citations.set(number, { article, spans: [] });
  }

  judge({ sentence, spans }) {
    this.sentences.set(sentence.start, { ...sentence, spans });
    for (const span of spans) this.citations.get(span.number)?.spans.push(span);
    this.refresh();
  }

  // settle shows a whole reply.
  settle(reply) {
    this.element.lang = reply.mode === 'model' && reply.language === 'en' ? 'en' : 'zh-CN'; // extracts stay as they were written
    this.text = reply.answer;
    this.points = [...reply.answer];
    this.citations = new Map(reply.citations.map((one) => [one.number, one]));
    this.sentences = new Map(reply.sentences.map((sentence) => [sentence.start, { ...sentence, spans: spansOf(reply, sentence) }]));
    this.refresh();
  }

  // refresh brings the page level with the text, keeping what is as it should be: the
  // focus, and the popover on a number, outlast the next word.
  refresh() {
    const wanted = cut(this.points, [...this.sentences.values()].sort((a, b) => a.start - b.start));
    let same = 0;
    while (same < wanted.length && same < this.shown.length && alike(wanted[same], this.shown[same])) {
      this.judgeShown(this.shown[same], wanted[same].sentence);
      same++;
    }
    const focused = this.element.contains(document.activeElement) ? document.activeElement.dataset.cite : null;
    for (const piece of this.shown.splice(same)) piece.node.remove();
    for (const piece of wanted.slice(same)) {
      piece.node = this.build(piece);
      this.element.append(piece.node);
      this.shown.push(piece);
    }
    if (focused && !this.element.contains(document.activeElement)) this.element.querySelector(`[data-cite="${focused}"]`)?.focus();
  }

  judgeShown(piece, sentence) {
    if (!sentence || piece.sentence === sentence) return;
    piece.sentence = sentence;
    showVerdict(piece, sentence);
  }

  build(piece) {
    if (piece.kind === 'break') return h('span', { class: 'break' }, '\n');
    if (piece.ended) piece.slot = h('span', { class: 'slot' });
    piece.node = h('span', { class: 'sentence' }, together(this.inline(piece), piece.slot));
    if (piece.sentence) showVerdict(piece, piece.sentence);
    return piece.node;
  }

  // inline makes text and markers of a piece.
  inline(piece) {
    const raw = this.points.slice(piece.start, piece.end).join('');
    return inline(raw, (number, place) => (this.citations.has(number) ? this.marker(number, piece, place) : null));
  }

  marker(number, piece, place) {
    return marker(number, `${this.id}.${piece.start}.${place}`, () => {
      const { article, spans } = this.citations.get(number);
      const sentence = piece.sentence;
      return {
        article, spans, sentence, own: (sentence?.spans ?? []).filter((span) => span.number === number),
        picked: sentence ? differing(sentence).map((why) => why.source) : [],
      };
    });
  }

  verdicts() {
    return [...this.sentences.values()].map((sentence) => sentence.verdict);
  }
}

function showVerdict(piece, sentence) {
  piece.node.dataset.verdict = sentence.verdict;
  if (!piece.slot) return;
  const mark = verdictMark(sentence);
  replace(piece.slot, mark);
}

function spansOf(reply, sentence) {
  return reply.citations.flatMap((citation) => citation.spans
    .filter((span) => span.answer_start === sentence.start)
    .map((span) => ({ ...span, number: citation.number })));
}

function alike(a, b) {
  return a.kind === b.kind && a.start === b.start && a.end === b.end && a.ended === b.ended;
}

// cut returns the pieces of a text: {kind: 'sentence'|'break', start, end, ended,
// sentence}. ended says that there is a mark to come or that it is there.
export function cut(points, sentences) {
  const pieces = [];
  let at = 0;
  for (const sentence of sentences) {
    if (sentence.start < at || sentence.end > points.length) continue;
    guess(points, at, sentence.start, pieces);
    pieces.push({ kind: 'sentence', start: sentence.start, end: sentence.end, ended: true, sentence });
    at = sentence.end;
  }
  guess(points, at, points.length, pieces);
  return pieces;
}

const enders = new Set('。！？!?；…');
const closers = new Set('”’」』）)"\'》】');

// guess cuts the code points [from,to), which nobody has judged, where sentences seem
// to end: behind their sign, what closes it and their markers.
function guess(points, from, to, pieces) {
  let start = from;
  let at = from;
  const put = (end, ended) => {
    if (end > start) pieces.push({ kind: 'sentence', start, end, ended });
    start = end;
  };
  while (at < to) {
    if (points[at] === '\n') {
      put(at, true);
      while (at < to && points[at] === '\n') at++;
      pieces.push({ kind: 'break', start, end: at, ended: false });
      start = at;
      continue;
    }
    const ends = enders.has(points[at]) || (points[at] === '.' && (points[at + 1] === ' ' || points[at + 1] === '['));
    at++;
    if (!ends) continue;
    at = behind(points, at, to);
    if (at < to && !enders.has(points[at])) put(at, true);
  }
  put(to, start < to && endedBy(points, to));
}

// behind returns where the closing signs and markers at a place end.
function behind(points, at, to) {
  for (;;) {
    while (at < to && closers.has(points[at])) at++;
    const found = /^ ?\[\d{1,4}\]/.exec(points.slice(at, Math.min(to, at + 7)).join(''));
    if (!found) return at;
    at += found[0].length;
  }
}

function endedBy(points, to) {
  return points[to - 1] === ']' || enders.has(points[to - 1]) || closers.has(points[to - 1]);
}
