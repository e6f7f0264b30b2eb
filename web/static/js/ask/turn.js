// A turn of a thread: a question, and its answer as it is written or was stored.
import { h, icon, replace } from '../page/dom.js';
import { Problem, problemOf, request } from '../page/api.js';
import { copy, showText } from '../page/clipboard.js';
import { announce } from '../page/live.js';
import { questionOf } from './question.js';
import { conflictList, refusalBox, sourceList } from '../source/sources.js';
import { follow } from '../page/stream.js';
import { AnswerText } from './answer.js';
import { chipsOf } from '../page/chips.js';
import { markdownOf } from './markdown.js';
import { whyOf } from './why.js';

// A Turn shows one question. asked is {question, previous_id, filter, window, verify};
// on has
//   started(turn)         its id is known
//   ended(turn)           it is answered, stopped or has failed
//   again(turn, change)   it is to be asked again, with other fields
export class Turn {
  constructor(asked, on) {
    this.asked = asked;
    this.on = on;
    this.id = null;
    this.state = 'new'; // running, done, stopped or failed later
    this.text = new AnswerText();
    this.meta = h('div', { class: 'answer-meta' });
    this.caveats = h('ul', { class: 'caveats' });
    this.line = h('div', { class: 'answer-line' });
    this.behind = h('div', { class: 'answer-behind' });
    this.element = h('article', { class: 'turn' },
      questionOf(asked.question),
      this.meta, this.text.element, this.caveats, this.line, this.behind);
  }

  // ask sends the question and shows the answer as it is written.
  ask() {
    const { question, previous_id, filter, window, verify } = this.asked;
    const body = { messages: [{ role: 'user', content: question }], stream: true, previous_id, filter, window, verify };
    return this.run({ path: '/v1/chat', method: 'POST', body });
  }

  // watch shows an answer that is being written already; its question is not known
  // before its end.
  watch(id) {
    this.id = id;
    this.watched = true;
    return this.run({ path: this.path('/events') });
  }

  path(rest = '') {
    return '/v1/answers/' + encodeURIComponent(this.id) + rest;
  }

  async run(start) {
    this.state = 'running';
    this.left = new AbortController();
    this.text.element.setAttribute('aria-busy', 'true');
    this.showLine('ask.searching');
    try {
      await follow(start, {
        signal: this.left.signal,
        resume: () => (this.id ? this.path('/events') : null),
        onBreak: () => this.showLine('ask.resuming'),
        onEvent: (name, data) => this.take(name, data),
      });
    } catch (error) {
      if (error.name === 'AbortError') this.stopped();
      else this.failed(problemOf(error));
    }
    this.text.element.removeAttribute('aria-busy');
    this.on.ended(this);
  }

  take(name, data) {
    switch (name) {
      case 'meta':
        this.id = data.id;
        this.showMeta(data.plan, data.model);
        this.on.started(this);
        break;
      case 'sources': this.showLine('ask.reading', { count: data.articles.length }); break;
      case 'delta':
        this.text.append(data.text);
        this.showLine('ask.writing');
        break;
      case 'citation': this.text.cite(data); break;
      case 'verdict': this.text.judge(data); break;
      case 'caveat': this.showCaveat(data); break;
      case 'done': this.done(data); break;
      case 'error':
        if (data.code === 'cancelled') this.stopped();
        else this.failed(new Problem(data));
        break;
    }
  }

  // settle shows a reply that is whole.
  settle(reply) {
    this.id = reply.id;
    this.reply = reply;
    this.state = 'done';
    this.showMeta(reply.plan, reply.model, reply.as_of);
    this.text.settle(reply);
    replace(this.caveats);
    reply.caveats.forEach((caveat) => this.showCaveat(caveat));
    this.showTools();
    replace(this.behind, refusalBox(reply.refusal), conflictList(reply.conflicts), sourceList(reply), droppedList(reply.dropped));
  }

  done(reply) {
    this.settle(reply);
    const { claims, supported } = reply.coverage;
    if (reply.status === 'refused') announce('ask.refused');
    else announce('ask.done', { claims, supported });
  }

  // stop ends the answer at once.
  async stop() {
    if (this.state !== 'running') return;
    if (!this.id) {
      this.left.abort();
      return;
    }
    try {
      await request(this.path('/cancel'), { method: 'POST' });
    } catch (error) {
      if (problemOf(error).code !== 'conflict') this.left.abort(); // it has ended by itself then
    }
  }

  // leave ends what is shown here; the answer itself goes on for a while.
  leave() {
    this.leaving = true;
    this.left?.abort();
  }

  stopped() {
    if (this.leaving) return;
    this.state = 'stopped';
    announce('ask.stopped');
    this.showAgain(h('span', { say: 'ask.stopped' }));
  }

  failed(problem) {
    this.state = 'failed';
    announce(problem.words.key, problem.words.with);
    this.showAgain(h('span', { class: 'problem', say: problem.words.key, sayWith: problem.words.with }));
  }

  showAgain(text) {
    replace(this.line, text, this.watched ? null : h('button', { type: 'button', say: 'ask.again', on: { click: () => this.on.again(this, {}) } }));
  }

  showMeta(plan, model, asOf) {
    this.caveats.lang = plan.language === 'en' ? 'en' : 'zh-CN';
    const extracts = model.provider === 'none';
    replace(this.meta,
      h('span', { class: 'badge', say: extracts ? 'ask.extracts' : 'ask.model', tip: extracts ? 'ask.extracts.tip' : null }),
      asOf ? h('span', { class: 'quiet', say: 'ask.asof', sayWith: { date: asOf } }) : null,
      chipsOf(plan, (change) => this.on.again(this, change)));
  }

  showCaveat(caveat) {
    this.caveats.append(h('li', {}, icon('note'), h('span', { text: caveat.text })));
  }

  showLine(key, parameters) {
    if (this.lineKey === key) return;
    this.lineKey = key;
    if (!this.stopButton) {
      this.lineText = h('span', { class: 'quiet' });
      this.stopButton = h('button', { type: 'button', on: { click: () => this.stop() } }, icon('stop'), h('span', { say: 'ask.stop' }));
      replace(this.line, h('span', { class: 'pulse', 'aria-hidden': 'true' }), this.lineText, this.stopButton);
    }
    replace(this.lineText, h('span', { say: key, sayWith: parameters }));
  }

  showTools() {
    const { claims, supported } = this.reply.coverage;
    this.why = h('button', { class: 'quiet-button', type: 'button', 'aria-expanded': 'false', on: { click: () => this.toggleWhy() } }, icon('why'), h('span', { say: 'ask.why' }));
    this.copied = h('span', { say: 'ask.copy' });
    replace(this.line,
      claims ? h('span', { class: 'quiet', say: 'ask.coverage', sayWith: { claims, supported } }) : null,
      h('button', { class: 'quiet-button', type: 'button', tip: 'ask.copy.tip', on: { click: () => this.copy() } }, icon('copy'), this.copied),
      this.why);
    this.stopButton = null;
  }

  copy() {
    const text = markdownOf(this.asked.question, this.reply, location.origin);
    return copy(text, this.copied, () => showText(text, (...nodes) => this.behind.prepend(h('div', {}, nodes))));
  }

  async toggleWhy() {
    const open = this.why.getAttribute('aria-expanded') === 'true';
    this.why.setAttribute('aria-expanded', String(!open));
    if (open) {
      this.whyBox?.remove();
      return;
    }
    this.whyBox = h('div', {}, h('p', { class: 'quiet', say: 'loading' }));
    this.behind.prepend(this.whyBox);
    try {
      replace(this.whyBox, whyOf(await request(this.path())));
    } catch (error) {
      const words = problemOf(error).words;
      replace(this.whyBox, h('p', { class: 'problem', say: words.key, sayWith: words.with }));
    }
  }
}

function droppedList(dropped) {
  if (!dropped.length) return null;
  return h('details', { class: 'dropped' },
    h('summary', { say: 'ask.dropped', sayWith: { count: dropped.length } }),
    h('ul', {}, dropped.map((one) => h('li', {}, h('span', { text: one.text }), ' ', h('span', { class: 'quiet', say: 'verdict.' + one.verdict })))));
}
