// An answer, and a draft that was checked, as Markdown, with footnotes that GitHub and
// Pandoc read.
import { finding, paragraphs, sources } from './drafttext.js';
import { articlePath } from './route.js';
import { t } from './words.js';

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

// draftMarkdown writes a draft as it was checked: behind each sentence, in words, what
// became of it, and the footnotes of its sources.
export function draftMarkdown(text, reply, origin) {
  const marked = paragraphs(text, reply.sentences).map((list) => list.map(({ before, sentence }) => before + escaped(sentence.text) + markOf(sentence)).join(''));
  return [...marked, '---', t('check.summary', reply.coverage), ...sources(reply).map((one) => note(one, origin))].join('\n\n') + '\n';
}

function markOf(sentence) {
  if (sentence.verdict === 'none') return '';
  return ' **〔' + escaped(finding(sentence)) + '〕**' + sentence.citations.map((number) => '[^' + number + ']').join('');
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
