// The briefings that are kept, and the form that asks for a new one.
import { h, replace } from './dom.js';
import { problemOf, query, request } from './api.js';
import { navigate } from './route.js';
import { role, setTitle } from './shell.js';

const page = 30;

export function show(root, path, params) {
  const list = new Briefings(root, params.search);
  list.read();
}

// A Briefings shows the list, and for who may write the form above it.
class Briefings {
  constructor(root, search) {
    this.form = h('div', {});
    this.count = h('p', { class: 'quiet', role: 'status' });
    this.rows = h('ul', { class: 'article-list' });
    this.more = h('button', { type: 'button', say: 'articles.more', hidden: true, on: { click: () => this.read(this.next) } });
    root.append(h('div', { class: 'page briefings' },
      h('h1', { say: 'briefings.title', tabindex: '-1' }), this.form, this.count, this.rows, this.more));
    setTitle('briefings.title');
    this.offer(search);
  }

  async offer(search) {
    if ((await role()) === 'write') replace(this.form, new Order(search).element);
  }

  async read(cursor) {
    try {
      const got = await request('/v1/briefings' + query({ limit: page, cursor }));
      this.next = got.next;
      this.more.hidden = !got.next;
      const key = got.total ? 'briefings.total' : 'briefings.none';
      replace(this.count, h('span', { say: key, sayWith: { count: got.total } }));
      this.rows.append(...got.briefings.map(row));
    } catch (error) {
      const words = problemOf(error).words;
      replace(this.count, h('span', { class: 'problem', say: words.key, sayWith: words.with }));
    }
  }
}

function row(briefing) {
  return h('li', {},
    h('a', { href: '/briefings/' + encodeURIComponent(briefing.id), text: briefing.topic }),
    h('span', { class: 'byline' },
      briefing.status === 'done' ? null : h('span', { class: 'state', say: 'briefing.status.' + briefing.status }),
      h('time', { text: briefing.created.slice(0, 10), datetime: briefing.created })));
}

// An Order is the form. What the address says stands in it already: topic and
// previous_id for a follow-up.
class Order {
  constructor(search) {
    this.previous = search.get('previous_id') ?? '';
    this.state = h('p', { class: 'field-state', role: 'alert' });
    this.button = h('button', { class: 'primary', type: 'submit', say: 'briefings.make' });
    this.element = h('form', { class: 'order', on: { submit: (event) => this.submit(event) } },
      field('topic', 'briefings.topic', h('input', { type: 'text', maxlength: 500, required: true, autocomplete: 'off', value: search.get('topic') ?? '' })),
      field('focus', 'briefings.focus', h('input', { type: 'text', maxlength: 2000, autocomplete: 'off', value: search.get('focus') ?? '' })),
      this.previous ? h('p', { class: 'quiet', say: 'briefings.follows', sayWith: { id: this.previous } }) : null,
      h('details', { class: 'order-more' }, h('summary', { say: 'briefings.options' }),
        h('div', { class: 'order-grid' },
          field('audience', 'briefings.audience', h('input', { type: 'text', maxlength: 500, autocomplete: 'off' })),
          field('from', 'articles.from', h('input', { type: 'date' })),
          field('to', 'articles.to', h('input', { type: 'date' })),
          field('as_of', 'briefings.as_of', h('input', { type: 'date' })),
          field('outlets', 'articles.outlet', h('input', { type: 'text', autocomplete: 'off' })),
          field('tags', 'articles.tag', h('input', { type: 'text', autocomplete: 'off' })),
          field('length', 'briefings.length', choice('length', ['standard', 'short', 'long'])),
          field('language', 'briefings.language', choice('language', ['auto', 'zh', 'en'])),
          field('reference_style', 'briefings.style', choice('references', ['gbt7714', 'apa', 'plain'])),
          field('sections', 'briefings.sections', h('textarea', { rows: 3 })))),
      h('div', { class: 'buttons' }, this.button), this.state);
  }

  async submit(event) {
    event.preventDefault();
    this.button.disabled = true;
    replace(this.state);
    try {
      const made = await request('/v1/briefings', { method: 'POST', body: this.body(new FormData(event.target)) });
      navigate('/briefings/' + encodeURIComponent(made.id));
    } catch (error) {
      const problem = problemOf(error);
      const words = problem.code === 'invalid_request' || problem.code === 'too_large' ? { key: 'problem.other', with: { detail: problem.detail } } : problem.words;
      replace(this.state, h('span', { say: words.key, sayWith: words.with }));
      this.button.disabled = false;
    }
  }

  body(given) {
    const body = { topic: given.get('topic').trim(), length: given.get('length'), language: given.get('language'), style: given.get('reference_style') };
    for (const name of ['focus', 'audience', 'from', 'to', 'as_of']) {
      if (given.get(name).trim()) body[name] = given.get(name).trim();
    }
    const many = (name, marks) => given.get(name).split(marks).map((one) => one.trim()).filter(Boolean);
    const filter = { outlets: many('outlets', /[,，、]/), tags: many('tags', /[,，、]/) };
    if (filter.outlets.length || filter.tags.length) body.filter = filter;
    const sections = many('sections', /\n/);
    if (sections.length) body.sections = sections;
    if (this.previous) body.previous_id = this.previous;
    return body;
  }
}

function field(name, key, control) {
  control.id = 'order-' + name;
  control.name = name;
  return h('div', { class: 'field field-' + name }, h('label', { for: control.id, say: key }), control);
}

function choice(name, values) {
  return h('select', {}, values.map((value) => h('option', { value, say: 'briefings.option.' + name + '.' + value })));
}
