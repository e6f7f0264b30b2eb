// An answer as Markdown, with footnotes that GitHub and Pandoc read.
import { articlePath } from './route.js';

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
  const notes = reply.citations.map((citation) => note(citation, origin));
  const caveats = reply.caveats.map((caveat) => '> ' + escaped(caveat.text));
  return ['**' + escaped(question.replace(/\s+/g, ' ')) + '**', text, ...caveats, ...notes].filter(Boolean).join('\n\n') + '\n';
}

function note({ number, article, spans }, origin) {
  const title = escaped(article.title || article.id);
  const address = /^https?:\/\//i.test(article.url) ? article.url.replace(/[\s<>()]/g, encodeURIComponent) : '';
  const head = [address ? `[${title}](${address})` : title, escaped(article.outlet), article.published].filter(Boolean).join(' · ');
  const quotes = unique(spans).map((span) => `    - ${span.quote === null ? '' : '“' + escaped(span.quote.replace(/\s+/g, ' ')) + '” '}<${origin}${articlePath(article, span)}>`);
  return [`[^${number}]: ${head}`, ...(quotes.length ? ['', ...quotes] : [])].join('\n');
}

function unique(spans) {
  const seen = new Set();
  return spans.filter((span) => {
    const name = span.start + '-' + span.end;
    return !seen.has(name) && seen.add(name);
  });
}

// escaped keeps text from being read as Markdown or HTML.
function escaped(text) {
  return text.replace(/[\\`*_[\]<>#|~&!]/g, '\\$&');
}
