// An answer as Markdown, with footnotes.
import { escaped, footnote } from '../source/footnotes.js';

// markdownOf writes a question and its reply. origin is that of the reading room, for
// the links to the quotations.
export function markdownOf(question, reply, origin) {
  const text = reply.answer
    .split(/(\\[[\]]|\[\d{1,4}\])/)
    .map((part) => {
      const number = /^\[(\d+)\]$/.exec(part);
      if (number && reply.citations.some((citation) => citation.number === Number(number[1]))) return '[^' + number[1] + ']';
      return escaped(part.replace(/^\\([[\]])$/, '$1'));
    })
    .join('')
    .replace(/\n+/g, '\n\n');
  const notes = reply.citations.map((citation) => footnote(citation, origin));
  const caveats = reply.caveats.map((caveat) => '> ' + escaped(caveat.text));
  return ['**' + escaped(question.replace(/\s+/g, ' ')) + '**', text, ...caveats, ...notes].filter(Boolean).join('\n\n') + '\n';
}
