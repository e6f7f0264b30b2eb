// What a draft and the reply of its check come to, for the page and for what is saved.
import { Offsets } from '../page/offsets.js';
import { unique } from '../source/footnotes.js';
import { differing } from '../source/verdict.js';
import { t } from '../page/words.js';

// paragraphs parts the sentences where the text has line ends between them: lists of
// {before, sentence}, before being the blanks between it and the one before.
export function paragraphs(text, sentences) {
  const offsets = new Offsets(text);
  const list = [];
  let at = 0;
  for (const sentence of sentences) {
    const between = offsets.slice(at, sentence.start);
    const first = !list.length || between.includes('\n');
    if (first) list.push([]);
    list.at(-1).push({ before: first ? '' : between, sentence });
    at = sentence.end;
  }
  return list;
}

// finding says in words what became of a sentence, and what differs.
export function finding(sentence) {
  const differs = differing(sentence).map((why) => (why.source ? why.claim + ' ↔ ' + why.source : t('verdict.why.absent', { claim: why.claim })));
  return [t('verdict.' + sentence.verdict), ...differs].join(' · ');
}

// sources are the articles that a reply names, each with all its quotations.
export function sources(reply) {
  const spans = reply.sentences.flatMap((one) => one.spans);
  return reply.citations.map(({ number, article }) => {
    return { number, article, spans: unique(spans.filter((span) => span.number === number)) };
  });
}
