// The list of articles, with search, a chart by month, and a way to add more.
import { h, icon, replace } from '../page/dom.js';
import { problemOf, query, request } from '../page/api.js';
import { chosen, addFiles, onUploaded } from '../page/upload.js';
import { monthChart } from './months.js';
import { byline, titleOf } from '../source/reader.js';
import { navigate } from '../page/route.js';
import { setTitle } from '../page/shell.js';
import { role } from '../page/signin.js';

const page = 50;
const names = ['q', 'outlet', 'tag', 'from', 'to'];

export function show(root, path, params) {
  const list = new List(root, params.search);
  list.read();
  return onUploaded(() => list.read());
}

// A List shows the articles that the address asks for.
class List {
  constructor(root, search) {
    this.wanted = Object.fromEntries(names.map((name) => [name, search.getAll(name).filter(Boolean)]));
    this.count = h('p', { class: 'quiet article-count', role: 'status' });
    this.chart = h('div', { class: 'chart-room' });
    this.rows = h('ul', { class: 'article-list' });
    this.more = h('button', { type: 'button', say: 'articles.more', hidden: true, on: { click: () => this.readMore() } });
    this.tools = h('div', {});
    root.append(h('div', { class: 'page articles' },
      h('div', { class: 'page-head' }, h('h1', { say: 'articles.title', tabindex: '-1' }), this.tools),
      this.form(), this.chart, this.count, this.rows, this.more));
    setTitle('articles.title');
    this.offerAdding();
  }

  async offerAdding() {
    if ((await role()) !== 'write') return;
    const input = h('input', { type: 'file', multiple: true, class: 'visually-hidden', id: 'add-files', on: { change: () => { addFiles(chosen(input)); input.value = ''; } } });
    replace(this.tools, input, h('label', { class: 'button', for: 'add-files' }, icon('add'), h('span', { say: 'articles.add' })));
  }

  form() {
    const field = (name, type, key) => h('div', { class: 'field field-' + name },
      h('label', { for: 'list-' + name, say: key }),
      h('input', { type, id: 'list-' + name, name, value: this.wanted[name].join(', '), autocomplete: 'off' }));
    return h('form', { class: 'filters', role: 'search', on: { submit: (event) => this.submit(event) } },
      field('q', 'search', 'articles.search'), field('outlet', 'text', 'articles.outlet'), field('tag', 'text', 'articles.tag'),
      field('from', 'date', 'articles.from'), field('to', 'date', 'articles.to'),
      h('div', { class: 'buttons' },
        h('button', { class: 'primary', type: 'submit', say: 'articles.apply' }),
        this.narrowed() ? h('a', { class: 'button', href: '/articles', say: 'articles.reset' }) : null));
  }

  narrowed() {
    return names.some((name) => this.wanted[name].length);
  }

  submit(event) {
    event.preventDefault();
    const given = new FormData(event.target);
    const many = (name) => given.get(name).split(/[,，、]/).map((one) => one.trim()).filter(Boolean);
    navigate('/articles' + query({ q: given.get('q').trim(), outlet: many('outlet'), tag: many('tag'), from: given.get('from'), to: given.get('to') }));
  }

  async read() {
    try {
      const got = await this.get();
      replace(this.rows);
      this.showPage(got);
      const chart = monthChart(got.months, (from, to) => navigate('/articles' + query({ ...this.wanted, from, to })));
      replace(this.chart, chart);
      this.chart.hidden = !chart;
    } catch (error) {
      this.fail(error);
    }
  }

  async readMore() {
    try {
      const first = this.rows.children.length;
      this.showPage(await this.get(this.next));
      this.rows.children[first]?.querySelector('a').focus();
    } catch (error) {
      this.fail(error);
    }
  }

  get(cursor) {
    return request('/v1/articles' + query({ ...this.wanted, limit: page, cursor }));
  }

  showPage(got) {
    this.next = got.next;
    this.more.hidden = !got.next;
    const key = got.total ? 'articles.total' : this.narrowed() ? 'articles.none' : 'articles.empty';
    const undated = got.total - Object.values(got.months).reduce((sum, count) => sum + count, 0); // or of a year only
    replace(this.count, h('span', { say: key, sayWith: { count: got.total } }),
      undated ? h('span', { say: 'articles.undated', sayWith: { count: undated } }) : null,
      got.total && this.asking() !== '/' ? h('a', { href: this.asking(), say: 'articles.ask' }) : null);
    this.rows.append(...got.articles.map((article) => h('li', {},
      titleOf(article, 'a', { href: '/articles/' + encodeURIComponent(article.id) }), byline(article))));
  }

  // asking is the address of the screen to ask on, with what narrows down this list and
  // a question as well. Words of a title do not.
  asking() {
    const { outlet, tag, from, to } = this.wanted;
    return '/' + query({ outlet, tag, from, to });
  }

  fail(error) {
    const words = problemOf(error).words;
    replace(this.count, h('span', { class: 'problem', say: words.key, sayWith: words.with }));
  }
}
