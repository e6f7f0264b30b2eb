// The screen that says what is connected, what is in the collection, what is running,
// and what the doctor finds.
import { h, replace } from '../page/dom.js';
import { problemOf, request } from '../page/api.js';
import { minute } from '../page/clock.js';
import { announce } from '../page/live.js';
import { Checkup } from './checkup.js';
import { elsewhere } from './elsewhere.js';
import { setTitle } from '../page/shell.js';

const pause = 5000; // milliseconds between two looks

export function show(root) {
  const page = new StatusPage(root);
  const look = () => page.wake();
  document.addEventListener('visibilitychange', look);
  addEventListener('online', look);
  look();
  page.checkup.run(false);
  return () => {
    document.removeEventListener('visibilitychange', look);
    removeEventListener('online', look);
    page.end();
  };
}

// A StatusPage looks again while it is visible. It writes only what has changed, so that
// nothing moves and nothing loses the focus.
class StatusPage {
  constructor(root) {
    this.left = new AbortController();
    this.shown = {};
    this.line = h('p', { class: 'status-line' }, h('span', { say: 'status.lead' }));
    this.facts = {};
    this.checkup = new Checkup(this.left.signal, () => this.role);
    const fact = (name) => {
      this.facts[name] = h('dd');
      return h('div', { class: 'fact-' + name }, h('dt', { say: 'status.' + name }), this.facts[name]);
    };
    const part = (key, ...names) => h('section', { class: 'status-part' }, h('h2', { say: key }), h('dl', { class: 'facts' }, names.map(fact)));
    root.append(h('div', { class: 'page status' },
      h('h1', { say: 'status.title', tabindex: '-1' }), this.line,
      part('status.connected', 'model', 'embedder', 'version'),
      part('status.collection', 'articles', 'passages', 'index', 'answers', 'briefings'),
      part('status.running', 'writing', 'making', 'standing'),
      this.checkup.element, elsewhere()));
    setTitle('status.title');
  }

  end() {
    clearTimeout(this.timer);
    this.left.abort();
  }

  // wake looks at once, unless a look is under way or nobody sees the page.
  wake() {
    clearTimeout(this.timer);
    if (!document.hidden && !this.looking && !this.left.signal.aborted) this.look();
  }

  async look() {
    this.looking = true;
    let again = true;
    try {
      await this.read();
      this.reached();
    } catch (error) {
      again = this.fail(error);
    }
    this.looking = false;
    if (again && !document.hidden && !this.left.signal.aborted) this.timer = setTimeout(() => this.wake(), pause);
  }

  async read() {
    const get = (path) => request(path, { signal: this.left.signal });
    const status = await get('/v1/status');
    this.role = status.role;
    const { record, index } = status;
    this.put('model', status.model, model);
    this.put('embedder', status.embedder, embedder);
    this.put('version', status.version, (text) => h('span', { text }));
    this.put('passages', [record.passages, record.embedded], passages);
    this.put('index', [index.passages ?? 0, record.passages], level);
    this.put('answers', record.answers, (count) => h('span', { say: 'status.count', sayWith: { count } }));
    this.put('briefings', record.briefings, (count) => h('a', { href: '/briefings', say: 'briefings.total', sayWith: { count } }));
    this.put('writing', status.answers.running, (count) => h('span', { say: count ? 'status.count' : 'status.none', sayWith: { count } }));
    this.put('standing', status.standing, standing);
    if (this.shown.articles === undefined || JSON.parse(this.shown.articles).count !== record.articles) {
      const { months } = await get('/v1/articles?limit=1');
      this.put('articles', { count: record.articles, months: Object.keys(months).filter(Boolean).sort() }, articles);
    }
    const { queued, running } = status.briefings;
    const under = queued + running ? (await get('/v1/briefings?limit=50')).briefings.filter((one) => one.status === 'queued' || one.status === 'running') : [];
    this.put('making', { under, more: queued + running - under.length }, making);
  }

  // put shows a value that is another than before. A link that had the focus has it again.
  put(name, value, view) {
    const now = JSON.stringify(value);
    if (this.shown[name] === now) return;
    this.shown[name] = now;
    const place = this.facts[name];
    const focused = place.contains(document.activeElement) ? document.activeElement.getAttribute('href') : null;
    replace(place, view(value));
    if (focused) ([...place.querySelectorAll('a')].find((one) => one.getAttribute('href') === focused) ?? place.closest('.page').querySelector('h1')).focus();
  }

  reached() {
    if (!this.away) return;
    this.away = false;
    replace(this.line, h('span', { say: 'status.lead' }));
    announce('status.back');
    this.checkup.run(false);
  }

  // fail says what went wrong, once, and returns whether it may right itself.
  fail(error) {
    if (this.left.signal.aborted) return false;
    const problem = problemOf(error);
    const network = problem.code === 'network';
    const words = network ? { key: 'status.away' } : problem.words;
    if (!this.away) announce(words.key, words.with);
    this.away = true;
    replace(this.line, h('span', { class: 'problem', say: words.key, sayWith: words.with }));
    return problem.status !== 401 && problem.status !== 403; // a key is asked for then
  }
}

function model(connected) {
  if (connected) return h('span', { text: connected.provider + ' · ' + connected.name });
  return [h('span', { say: 'status.model.none' }), h('p', { class: 'quiet', say: 'status.model.connect' })];
}

function embedder(name) {
  if (!name.startsWith('static/')) return h('span', { text: name });
  return [h('span', { say: 'status.embedder.static' }), h('span', { class: 'quiet', text: ' ' + name })];
}

function articles({ count, months }) {
  const from = months[0];
  const to = months.at(-1);
  return [h('a', { href: '/articles', say: 'articles.total', sayWith: { count } }),
    from ? h('span', { class: 'quiet', say: 'status.months', sayWith: { from, to } }) : null];
}

function passages([count, embedded]) {
  return [h('span', { say: 'status.count', sayWith: { count } }),
    embedded < count ? h('span', { class: 'quiet', say: 'status.vectors', sayWith: { embedded } }) : null];
}

function level([indexed, count]) {
  return indexed === count ? h('span', { say: 'status.index.level' }) : h('span', { say: 'status.index.behind', sayWith: { indexed, count } });
}

function making({ under, more }) {
  if (!under.length && more <= 0) return h('span', { say: 'status.none' });
  return h('ul', {}, under.map((one) => h('li', {},
    h('a', { href: '/briefings/' + encodeURIComponent(one.id), text: one.topic }), h('span', { class: 'quiet', say: 'briefing.status.' + one.status }))),
  more > 0 ? h('li', { class: 'quiet', say: 'status.more', sayWith: { count: more } }) : null);
}

function standing(list) {
  if (!list.length) return h('span', { say: 'status.none' });
  return h('ul', {}, list.map(({ name, next }) => h('li', {},
    h('span', { text: name }), h('span', { class: 'quiet', say: 'status.next', sayWith: { time: minute(next) } }))));
}
