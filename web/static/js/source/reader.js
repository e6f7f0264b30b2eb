// The text of an article, with a place in it marked.
import { h } from '../page/dom.js';
import { Offsets } from '../page/offsets.js';

// textOf builds the paragraphs of an article's text. The code points [start,end) are in elements
// mark, one a paragraph that they reach into; joined by line ends they are exactly
// those characters. Without a start, or where they are not in the text, nothing is.
// Inside them the words of picked stand out.
export function textOf({ text, language }, start, end, picked = []) {
  const offsets = new Offsets(text);
  const marks = [];
  const inside = start >= 0 && end > start && end <= offsets.length;
  const from = inside ? offsets.unit(start) : -1;
  const to = inside ? offsets.unit(end) : -1;
  const element = h('div', { class: 'text', lang: language === 'zh' ? 'zh-CN' : language || null });
  let at = 0;
  for (const line of text.split('\n')) {
    const paragraph = h('p');
    const a = Math.max(from - at, 0);
    const b = Math.min(to - at, line.length);
    if (inside && a < b) {
      const mark = h('mark', {}, pickedOut(line.slice(a, b), picked));
      marks.push(mark);
      paragraph.append(line.slice(0, a), mark, line.slice(b));
    } else {
      paragraph.append(line);
    }
    element.append(paragraph);
    at += line.length + 1;
  }
  return { element, marks };
}

// pickedOut makes nodes of a text in which the words of a list stand out, each where it
// first occurs.
export function pickedOut(text, words) {
  const places = words.map((word) => ({ word, at: word ? text.indexOf(word) : -1 })).filter(({ at }) => at >= 0).sort((a, b) => a.at - b.at);
  const nodes = [];
  let from = 0;
  for (const { word, at } of places) {
    if (at < from) continue; // inside another
    nodes.push(text.slice(from, at), h('em', { class: 'differs', text: word }));
    from = at + word.length;
  }
  nodes.push(text.slice(from));
  return nodes;
}

// placeOf reads the place out of the part of an address behind #, null without one.
export function placeOf(hash) {
  const found = /^#c=(\d{1,9})-(\d{1,9})$/.exec(hash);
  return found ? { start: Number(found[1]), end: Number(found[2]) } : null;
}

// byline is where and when an article appeared.
export function byline(article) {
  const date = article.published
    ? h('time', { text: article.published, datetime: article.published })
    : h('span', { say: 'undated' });
  return h('span', { class: 'byline' },
    article.outlet ? h('span', { text: article.outlet }) : null, date,
    article.state && article.state !== 'same' ? h('span', { class: 'state', say: 'state.' + article.state }) : null);
}

// titleOf is what an article is called.
export function titleOf(article, tag = 'span', properties = {}) {
  return article.title
    ? h(tag, { ...properties, text: article.title, lang: 'zh-CN' })
    : h(tag, { ...properties, say: 'untitled' });
}
