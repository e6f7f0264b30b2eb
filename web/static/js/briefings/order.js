// The form that asks for a briefing.
import { h, replace } from '../page/dom.js';
import { problemOf, request } from '../page/api.js';
import { listOf } from '../page/chips.js';
import { navigate } from '../page/route.js';

const mostSections = 12;
const named = { style: 'references', published_from: 'from', published_to: 'to' }; // fields of the interface that have another name here
const longestHeading = 100; // characters

// drafts are what was typed and not sent, by what is followed up or made again: it
// outlasts another screen, and a key that was asked for.
const drafts = new Map();

// orderName is what an address asks the form for; drafts go by it.
export function orderName(search) {
  return ['follow', 'again', 'topic'].filter((name) => search.get(name)).map((name) => name + ' ' + search.get(name))[0] ?? '';
}

// orderOf reads what stands in the form at first: {topic} of the address, or with
// {follow} or {again} the request of that briefing.
export async function orderOf(search, signal) {
  const follow = search.get('follow');
  const id = follow || search.get('again');
  if (!id) return { values: { topic: search.get('topic') ?? '' } };
  const { request: asked, topic, title, as_of: asOf } = await request('/v1/briefings/' + encodeURIComponent(id), { signal });
  const { outlets = [], tags = [], ...filter } = asked.filter ?? {};
  const values = {
    topic, focus: asked.focus, audience: asked.audience, length: asked.length, language: asked.language, references: asked.style,
    sections: (asked.sections ?? []).join('\n'), outlets: outlets.join('，'), tags: tags.join('，'),
  };
  const kept = Object.values(filter).some((one) => one?.length) ? filter : null;
  if (!follow) return { values: { ...values, from: asked.from, to: asked.to, as_of: asked.as_of }, filter: kept };
  return { values, filter: kept, previous: { id, title: title || topic, asOf } };
}

// An Order is the form. name is its orderName; closed is called when it is given up.
export class Order {
  constructor(name, closed) {
    this.name = name;
    this.closed = closed;
    this.controls = new Map(); // name → {control, error}
    this.heading = h('h2', { id: 'order-title', say: 'briefings.order' });
    this.note = h('p', { class: 'order-note', hidden: true });
    this.state = h('p', { class: 'field-error', role: 'alert' });
    this.button = h('button', { class: 'primary', type: 'submit', say: 'briefings.make', disabled: true }); // until it is filled
    this.options = this.details();
    this.element = h('form', { class: 'order', novalidate: true, 'aria-labelledby': 'order-title', on: { submit: (event) => this.submit(event), input: () => this.keep() } },
      this.heading, this.note,
      this.field('topic', text({ maxlength: 500, required: true })),
      this.field('focus', text({ maxlength: 2000 })),
      this.options, this.state,
      h('div', { class: 'buttons' }, this.button, h('button', { type: 'button', say: 'cancel', on: { click: () => this.cancel() } })));
  }

  details() {
    return h('details', { class: 'order-more' }, h('summary', { say: 'briefings.options' }),
      h('div', { class: 'order-grid' },
        this.field('audience', text({ maxlength: 500 })), this.field('outlets', text()), this.field('tags', text()),
        this.field('from', day()), this.field('to', day()), this.field('as_of', day()),
        this.field('length', choice('length', ['standard', 'short', 'long'])),
        this.field('language', choice('language', ['auto', 'zh', 'en'])),
        this.field('references', choice('references', ['gbt7714', 'apa', 'plain'])),
        this.field('sections', h('textarea', { rows: '3' }))));
  }

  field(name, control) {
    const error = h('p', { class: 'field-error', id: `order-${name}-error` });
    control.id = 'order-' + name;
    control.name = name;
    control.setAttribute('aria-describedby', error.id);
    control.addEventListener('input', () => this.mark(name, null));
    this.controls.set(name, { control, error });
    return h('div', { class: 'field field-' + name }, h('label', { for: control.id, say: 'briefings.' + name }), control, error);
  }

  value(name) {
    return this.controls.get(name).control.value.trim();
  }

  focus() {
    this.element.scrollIntoView({ block: 'nearest' });
    this.controls.get('topic').control.focus({ preventScroll: true });
  }

  // fill puts in what the address asked for, or what was typed of that before.
  fill({ values, filter, previous }) {
    this.button.disabled = false;
    this.filter = filter;
    this.previous = previous;
    for (const [field, value] of Object.entries({ ...values, ...drafts.get(this.name) })) {
      const { control } = this.controls.get(field);
      if (value && (control.tagName === 'SELECT' || !control.value)) control.value = value;
    }
    this.options.open = ['audience', 'outlets', 'tags', 'from', 'to', 'as_of', 'sections'].some((field) => this.value(field));
    const notes = [
      previous ? h('span', { say: 'briefings.follows' }) : null,
      previous ? h('a', { href: '/briefings/' + encodeURIComponent(previous.id), text: previous.title }) : null,
      previous?.asOf ? h('span', { class: 'quiet', say: 'ask.asof', sayWith: { date: previous.asOf } }) : null,
      filter ? h('span', { class: 'quiet', say: 'briefings.kept' }) : null,
    ];
    replace(this.note, ...notes);
    this.note.hidden = !previous && !filter;
  }

  keep() {
    drafts.set(this.name, Object.fromEntries([...this.controls].map(([name, { control }]) => [name, control.value])));
  }

  cancel() {
    drafts.delete(this.name);
    this.closed();
  }

  // mark says beside a field what is wrong with it, null that nothing is.
  mark(name, words) {
    const { control, error } = this.controls.get(name);
    if (words) control.setAttribute('aria-invalid', 'true');
    else control.removeAttribute('aria-invalid');
    replace(error, words && h('span', { say: words.key, sayWith: words.with }));
  }

  // wrong returns the first field that cannot be as it is, with why.
  wrong() {
    const headings = linesOf(this.value('sections'));
    if (!/[\p{L}\p{N}]/u.test(this.value('topic'))) return ['topic', { key: 'briefings.wrong.topic' }];
    if (this.value('from') && this.value('to') && this.value('from') > this.value('to')) return ['to', { key: 'briefings.wrong.to' }];
    if (headings.length > mostSections) return ['sections', { key: 'briefings.wrong.sections', with: { most: mostSections } }];
    if (headings.some((one) => [...one].length > longestHeading)) return ['sections', { key: 'briefings.wrong.heading', with: { most: longestHeading } }];
    if (new Set(headings).size < headings.length) return ['sections', { key: 'briefings.wrong.twice' }];
    return null;
  }

  async submit(event) {
    event.preventDefault();
    replace(this.state);
    for (const name of this.controls.keys()) this.mark(name, null);
    const wrong = this.wrong();
    if (wrong) {
      this.blame(...wrong);
      return;
    }
    this.button.disabled = true;
    try {
      const made = await request('/v1/briefings', { method: 'POST', body: this.body() });
      drafts.delete(this.name);
      navigate('/briefings/' + encodeURIComponent(made.id));
    } catch (error) {
      this.keep();
      this.button.disabled = false;
      this.fail(error);
      if (document.activeElement === document.body) this.button.focus(); // which lost it while it was off
    }
  }

  // fail says what the server found wrong, beside the field where it names one.
  fail(error) {
    const { code, detail, words } = problemOf(error);
    const [, fields, why] = /^([a-z_., ]+): (.*)$/s.exec(detail) ?? [];
    const field = fields?.split(/[., ]+/).map((name) => named[name] ?? name).findLast((name) => this.controls.has(name));
    if (field && (code === 'invalid_request' || code === 'too_large')) {
      this.blame(field, { key: 'problem.other', with: { detail: why } });
      return;
    }
    const plain = code === 'invalid_request' || code === 'too_large' ? { key: 'problem.other', with: { detail } } : words;
    replace(this.state, h('span', { say: plain.key, sayWith: plain.with }));
  }

  blame(name, words) {
    const { control } = this.controls.get(name);
    if (this.options.contains(control)) this.options.open = true;
    this.mark(name, words);
    control.focus();
  }

  body() {
    const body = { topic: this.value('topic'), length: this.value('length'), language: this.value('language'), style: this.value('references') };
    for (const name of ['focus', 'audience', 'from', 'to', 'as_of']) {
      if (this.value(name)) body[name] = this.value(name);
    }
    const filter = { ...this.filter };
    for (const name of ['outlets', 'tags']) {
      const given = listOf(this.value(name));
      if (given.length) filter[name] = given;
    }
    if (Object.keys(filter).length) body.filter = filter;
    const sections = linesOf(this.value('sections'));
    if (sections.length) body.sections = sections;
    if (this.previous) body.previous_id = this.previous.id;
    return body;
  }
}

function linesOf(given) {
  return given.split('\n').map((one) => one.trim()).filter(Boolean);
}

function text(properties = {}) {
  return h('input', { type: 'text', autocomplete: 'off', ...properties });
}

function day() {
  return h('input', { type: 'date' });
}

function choice(name, values) {
  return h('select', {}, values.map((value) => h('option', { value, say: 'briefings.option.' + name + '.' + value })));
}
