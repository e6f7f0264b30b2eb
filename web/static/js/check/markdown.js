// A draft that was checked as Markdown, with footnotes.
import { t } from '../page/words.js';
import { escaped, footnote } from '../source/footnotes.js';
import { finding, paragraphs, sources } from './text.js';

// draftMarkdown writes a draft as it was checked: behind each sentence, in words, what
// became of it, and the footnotes of its sources.
export function draftMarkdown(text, reply, origin) {
  const marked = paragraphs(text, reply.sentences).map((list) => list.map(({ before, sentence }) => before + escaped(sentence.text) + markOf(sentence)).join(''));
  return [...marked, '---', t('check.summary', reply.coverage), ...sources(reply).map((one) => footnote(one, origin))].join('\n\n') + '\n';
}

function markOf(sentence) {
  if (sentence.verdict === 'none') return '';
  return ' **〔' + escaped(finding(sentence)) + '〕**' + sentence.citations.map((number) => '[^' + number + ']').join('');
}
