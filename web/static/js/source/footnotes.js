// Sources as footnotes of Markdown, which GitHub and Pandoc read.
import { articlePath } from '../page/route.js';

// footnote writes an article under its number, with links to its quotations. origin is
// that of the reading room.
export function footnote({ number, article, spans }, origin) {
  const title = escaped(article.title || article.id);
  const address = /^https?:\/\//i.test(article.url) ? article.url.replace(/[\s<>()]/g, encodeURIComponent) : '';
  const head = [address ? `[${title}](${address})` : title, escaped(article.outlet), article.published].filter(Boolean).join(' · ');
  const quotes = unique(spans).map((span) => `    - ${span.quote === null ? '' : '“' + escaped(span.quote.replace(/\s+/g, ' ')) + '” '}<${origin}${articlePath(article, span)}>`);
  return [`[^${number}]: ${head}`, ...(quotes.length ? ['', ...quotes] : [])].join('\n');
}

// unique is spans, each place once.
export function unique(spans) {
  const seen = new Set();
  return spans.filter((span) => {
    const name = span.start + '-' + span.end;
    return !seen.has(name) && seen.add(name);
  });
}

// escaped keeps text from being read as Markdown or HTML.
export function escaped(text) {
  return text.replace(/[\\`*_[\]<>#|~&!]/g, '\\$&');
}
