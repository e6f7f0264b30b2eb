// The page of one article: its text, with a place marked where the address names one,
// and all that belongs to it.
import { h, icon, outside, replace } from '../page/dom.js';
import { problemOf, request } from '../page/api.js';
import { confirm } from '../page/confirm.js';
import { announce } from '../page/live.js';
import { citedBy } from './cited.js';
import { articlePath, navigate } from '../page/route.js';
import { byline, placeOf, textOf, titleOf } from '../source/reader.js';
import { setTitle } from '../page/shell.js';
import { role } from '../page/signin.js';

export function show(root, path, params) {
  const page = new Page(root, params);
  page.read();
  const moved = () => page.showText();
  addEventListener('hashchange', moved);
  return () => removeEventListener('hashchange', moved);
}

class Page {
  constructor(root, { id, search }) {
    this.id = id;
    this.version = search.get('version');
    this.element = h('div', { class: 'page article' }, h('p', { class: 'quiet', say: 'loading' }));
    root.append(this.element);
    setTitle('articles.title');
  }

  get path() {
    return '/v1/articles/' + encodeURIComponent(this.id);
  }

  async read() {
    try {
      this.article = await request(this.path + (this.version ? '?version=' + encodeURIComponent(this.version) : ''));
    } catch (error) {
      const words = problemOf(error).words;
      replace(this.element, h('h1', { say: 'articles.title' }), h('p', { class: 'problem', role: 'alert', say: words.key, sayWith: words.with }));
      return;
    }
    this.show();
    this.showText();
    this.offerDeleting();
  }

  show() {
    const article = this.article;
    setTitle(article.title ? { text: article.title } : 'untitled');
    this.note = h('p', { class: 'place-note', role: 'status' });
    this.body = h('div', { class: 'article-body' });
    this.tools = h('div', { class: 'buttons' });
    replace(this.element,
      h('header', { class: 'article-head' },
        titleOf(article, 'h1', { tabindex: '-1' }),
        h('p', { class: 'article-line' },
          byline(article),
          article.author ? h('span', { text: article.author }) : null,
          outside(article.url, {}, h('span', { say: 'pane.original' }), icon('out'))),
        this.note),
      h('div', { class: 'article-grid' }, this.body,
        h('div', { class: 'article-facts' }, this.facts(), this.tools)));
  }

  // showText marks the place that the address names, and goes there.
  showText() {
    if (!this.article) return;
    const place = placeOf(location.hash);
    const { element, marks } = textOf(this.article, place?.start, place?.end);
    replace(this.body, element);
    replace(this.note);
    if (!place) return;
    replace(this.note, h('span', { say: marks.length ? 'article.quote' : 'article.quote.outside', sayWith: place }));
    marks[0]?.scrollIntoView({ block: 'center' });
  }

  facts() {
    const { versions, passages, family, cited_by: citers, cited_by_total: all, tags } = this.article;
    return [
      tags.length ? fact('article.tags', {}, h('ul', { class: 'tags' }, tags.map((tag) => h('li', {}, h('a', { href: '/articles?tag=' + encodeURIComponent(tag), text: tag }))))) : null,
      fact('article.versions', {}, h('ul', {}, versions.map((one) => this.versionItem(one)))),
      family.length ? fact('article.family', {}, h('ul', {}, family.map((one) => h('li', {}, titleOf(one, 'a', { href: '/articles/' + encodeURIComponent(one.id) }), ' ', byline(one))))) : null,
      fact('article.cited', {}, citedBy(citers, all)),
      h('details', { class: 'fact' },
        h('summary', { say: 'article.passages', sayWith: { count: passages.length } }),
        passages.length ? h('ol', { class: 'passages' }, passages.map((one) => this.passageItem(one))) : h('p', { class: 'quiet', say: 'article.passages.old' })),
    ];
  }

  versionItem({ version, updated }) {
    const current = version === this.article.version;
    return h('li', {},
      h('a', { href: articlePath({ id: this.id, version }), 'aria-current': current ? 'true' : null, say: 'article.version', sayWith: { version } }),
      ' ', h('span', { class: 'quiet', say: 'article.updated', sayWith: { date: updated.slice(0, 10) } }));
  }

  passageItem(passage) {
    return h('li', {},
      h('a', { href: articlePath(this.article, passage), say: 'article.passage', sayWith: { number: passage.ordinal + 1, start: passage.start, end: passage.end } }),
      passage.heading ? h('span', { class: 'quiet', text: ' ' + passage.heading }) : null);
  }

  async offerDeleting() {
    if ((await role()) !== 'write') return;
    replace(this.tools, h('button', { class: 'danger', type: 'button', say: 'article.delete', on: { click: () => this.confirm() } }));
  }

  confirm() {
    confirm({
      title: { key: 'article.delete.title' },
      text: { key: 'article.delete.text', with: { title: this.article.title || this.id } },
      yes: { key: 'article.delete.yes' },
      act: () => request(this.path, { method: 'DELETE' }),
      after: () => {
        navigate('/articles');
        announce('article.deleted');
      },
    });
  }
}

function fact(key, parameters, ...content) {
  return h('section', { class: 'fact' }, h('h2', { say: key, sayWith: parameters }), ...content);
}
