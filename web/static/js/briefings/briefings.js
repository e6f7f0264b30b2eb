// The briefings that are kept, newest first, and for who may write the form of a new one.
import { h, icon, replace } from '../page/dom.js';
import { problemOf, query, request } from '../page/api.js';
import { minute } from '../page/clock.js';
import { Order, orderName, orderOf } from './order.js';
import { rewrite } from '../page/route.js';
import { setTitle } from '../page/shell.js';
import { role } from '../page/signin.js';

const page = 30;
const first = 1500; // milliseconds until the list is read again while something is made
const slowest = 15000;

export function show(root, path, params) {
  const list = new Briefings(root);
  list.begin(params.search);
  return () => list.leave();
}

// A Briefings shows the list, and the form above it.
class Briefings {
  constructor(root) {
    this.rows = new Map(); // id → {element, update}
    this.left = new AbortController();
    this.tools = h('div', { class: 'page-tools' });
    this.form = h('div', {});
    this.count = h('p', { class: 'quiet', role: 'status' });
    this.list = h('ul', { class: 'article-list' });
    this.more = h('button', { type: 'button', say: 'articles.more', hidden: true, on: { click: () => this.readMore() } });
    root.append(h('div', { class: 'page briefings' },
      h('div', { class: 'page-head' }, h('h1', { say: 'briefings.title', tabindex: '-1' }), this.tools),
      this.form, this.count, this.list, this.more));
    setTitle('briefings.title');
  }

  leave() {
    this.left.abort();
    clearTimeout(this.timer);
  }

  begin(search) {
    this.read();
    this.offer(search);
  }

  // offer shows the button of the form, and the form where the address asks for it.
  async offer(search) {
    const may = await role();
    if (this.left.signal.aborted) return;
    const wanted = ['new', 'follow', 'again', 'topic'].some((name) => search.has(name));
    if (may !== 'write') {
      if (may && wanted) replace(this.form, h('p', { class: 'problem', say: 'briefings.readonly' }));
      return;
    }
    this.button = h('button', { class: 'primary', type: 'button', on: { click: () => this.open(new URLSearchParams()) } }, icon('add'), h('span', { say: 'briefings.new' }));
    replace(this.tools, this.button);
    if (wanted) this.open(search);
  }

  async open(search) {
    const order = new Order(orderName(search), () => this.close());
    this.order = order;
    this.button.hidden = true;
    replace(this.form, order.element);
    order.focus();
    if (!search.size) rewrite('/briefings?new');
    try {
      order.fill(await orderOf(search, this.left.signal));
    } catch (error) {
      if (error.name !== 'AbortError') order.fail(error);
    }
  }

  close() {
    this.order = null;
    replace(this.form);
    this.button.hidden = false;
    this.button.focus();
    rewrite('/briefings');
  }

  // read shows the newest ones.
  async read() {
    try {
      const got = await this.get();
      this.next = got.next;
      this.show(got);
      this.watch(first);
    } catch (error) {
      this.fail(error);
    }
  }

  async readMore() {
    try {
      const got = await this.get(this.next);
      this.next = got.next;
      const at = this.list.children.length;
      this.show(got);
      this.list.children[at]?.querySelector('a').focus();
    } catch (error) {
      this.fail(error);
    }
  }

  get(cursor) {
    return request('/v1/briefings' + query({ limit: page, cursor }), { signal: this.left.signal });
  }

  // show brings the rows level with a page of the list. What is newer than the rows that
  // are there comes before them.
  show({ briefings, total }) {
    const newest = this.list.firstChild;
    for (const one of briefings) {
      const known = this.rows.get(one.id);
      if (known) {
        known.update(one);
        continue;
      }
      const row = new Row(one);
      this.rows.set(one.id, row);
      const newer = newest && one.created > newest.dataset.created;
      this.list.insertBefore(row.element, newer ? newest : null);
    }
    this.more.hidden = !this.next;
    const key = total ? 'briefings.total' : 'briefings.none';
    if (this.said !== key + total) replace(this.count, h('span', { say: key, sayWith: { count: total } }));
    this.said = key + total;
  }

  // watch reads the list again while something on it is being made, ever more seldom, and
  // not while nobody looks.
  watch(wait) {
    clearTimeout(this.timer);
    if (this.left.signal.aborted || ![...this.rows.values()].some((row) => row.moves)) return;
    this.timer = setTimeout(async () => {
      if (document.hidden) {
        document.addEventListener('visibilitychange', () => this.watch(0), { once: true, signal: this.left.signal });
        return;
      }
      try {
        this.show(await this.get());
        this.watch(Math.min(wait * 1.4 || first, slowest));
      } catch (error) {
        this.fail(error);
        if (problemOf(error).status !== 401) this.watch(slowest);
      }
    }, wait);
  }

  fail(error) {
    if (error.name === 'AbortError') return;
    const words = problemOf(error).words;
    replace(this.count, h('span', { class: 'problem', say: words.key, sayWith: words.with }));
    this.said = '';
  }
}

// A Row is one briefing of the list.
class Row {
  constructor(briefing) {
    this.state = h('span', {});
    this.element = h('li', { 'data-created': briefing.created },
      h('a', { href: '/briefings/' + encodeURIComponent(briefing.id), text: briefing.topic }),
      h('span', { class: 'byline' },
        this.state,
        briefing.previous_id ? h('span', { say: 'briefings.follow' }) : null,
        h('time', { text: minute(briefing.created), datetime: briefing.created })));
    this.update(briefing);
  }

  update({ status }) {
    if (this.status === status) return;
    this.status = status;
    this.moves = status === 'queued' || status === 'running';
    this.element.dataset.status = status;
    this.state.hidden = status === 'done';
    replace(this.state, status === 'done' ? null : h('span', { class: 'state' },
      this.moves ? h('span', { class: 'pulse', 'aria-hidden': 'true' }) : null, h('span', { say: 'briefing.status.' + status })));
  }
}
