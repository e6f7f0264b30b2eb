// A draft that was checked as a page of its own, to be kept, printed, or opened in a
// word processor: plain elements, nothing that is loaded.
import { finding, paragraphs, sources } from './text.js';
import { articlePath } from '../page/route.js';
import { t } from '../page/words.js';

// draftPage returns the HTML of a draft and its reply. origin is that of the reading
// room, for the links to the quotations.
export function draftPage(text, reply, origin) {
  const page = document.implementation.createHTMLDocument(t('check.title'));
  const make = (tag, attributes, ...children) => {
    const element = page.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
    element.append(...children);
    return element;
  };
  page.documentElement.lang = document.documentElement.lang;
  page.head.prepend(make('meta', { charset: 'utf-8' }));
  page.body.append(make('h1', {}, t('check.title')), make('p', {}, t('check.summary', reply.coverage)), make('hr', {}));
  for (const sentences of paragraphs(text, reply.sentences)) {
    page.body.append(make('p', {}, ...sentences.flatMap(({ before, sentence }) => [before, ...marked(sentence, make)])));
  }
  page.body.append(make('h2', {}, t('ask.sources')), make('ol', {}, ...sources(reply).map((one) => source(one, origin, make))));
  return '<!DOCTYPE html>\n' + new XMLSerializer().serializeToString(page);
}

// marked is a sentence with what became of it; the doubtful ones stand out.
function marked(sentence, make) {
  const { verdict, citations } = sentence;
  if (verdict === 'none') return [sentence.text];
  const held = verdict === 'quoted' || verdict === 'supported';
  const numbers = citations.map((number) => make('sup', {}, make('a', { href: '#source-' + number }, '[' + number + ']')));
  return [
    held ? sentence.text : make('mark', {}, sentence.text), ...numbers,
    make('small', {}, ' 〔' + finding(sentence) + '〕'),
  ];
}

function source({ number, article, spans }, origin, make) {
  return make('li', { id: 'source-' + number, value: number },
    [article.title || article.id, article.outlet, article.published].filter(Boolean).join(' · '),
    ...spans.map((span) => make('blockquote', {}, make('a', { href: origin + articlePath(article, span) }, span.quote ?? ''))));
}
