// The screen to ask on: a thread of questions and answers, the sources beside it.
import { composing, h, replace } from '../page/dom.js';
import { problemOf, request } from '../page/api.js';
import { AskBox } from './askbox.js';
import { popover } from '../source/citation.js';
import { beside, setTitle } from '../page/shell.js';
import { looked, newest, newestList, recentList } from './recent.js';
import { rewrite } from '../page/route.js';
import { Turn } from './turn.js';

const longest = 50; // turns of a thread that are opened again

export function show(root, path, params) {
  const thread = new Thread(root);
  if (params.id) thread.open(params.id);
  else thread.begin(params.search);
  return () => thread.leave();
}

// A Thread is what is asked one after another.
class Thread {
  constructor(root) {
    this.turns = [];
    this.box = new AskBox({ ask: (asked) => this.ask(asked), stop: () => this.running()?.stop() });
    this.heading = h('h1', { say: 'ask.title' });
    this.intro = h('div', { class: 'intro' }, this.heading, h('p', { class: 'lead', say: 'ask.lead' }));
    this.list = h('div', { class: 'turns' });
    this.under = h('div', { class: 'recent' });
    this.element = h('div', { class: 'page ask' }, this.intro, this.list, this.box.element, this.under);
    this.escape = (event) => this.key(event);
    document.addEventListener('keydown', this.escape, { capture: true });
    root.append(this.element);
    setTitle('ask.title');
  }

  leave() {
    this.left = true;
    document.removeEventListener('keydown', this.escape, { capture: true });
    this.turns.forEach((turn) => turn.leave());
  }

  // begin shows the empty box, with the range of the address and what was asked before.
  async begin(search) {
    this.box.narrow.fill(search);
    this.box.focus();
    try {
      const { answers } = await request('/v1/answers?limit=' + looked);
      const list = recentList(answers) ?? newestList(await request('/v1/articles?limit=' + newest));
      if (!this.left && !this.turns.length) replace(this.under, list);
    } catch {
      // Without the list one can ask all the same; a missing key has been asked for.
    }
  }

  // open shows a thread again: the answer of that id, and those it followed.
  async open(id) {
    this.started();
    const note = h('p', { class: 'quiet', say: 'loading' });
    this.list.append(note);
    try {
      const replies = await this.chain(id, note);
      if (this.left) return;
      note.remove();
      for (const reply of replies) {
        const turn = this.add({ question: reply.question, previous_id: reply.previous_id || undefined, filter: reply.plan.filter });
        turn.settle(reply);
      }
      this.named();
      this.box.focus();
    } catch (error) {
      const problem = problemOf(error);
      if (this.left) return;
      if (problem.code === 'conflict') {
        note.remove();
        this.box.running(true);
        this.add({ question: '…' }).watch(id);
        return;
      }
      const words = problem.code === 'not_found' ? { key: 'ask.missing' } : problem.words;
      replace(note, h('span', { class: 'problem', say: words.key, sayWith: words.with }));
    }
  }

  // chain reads an answer and those before it, the oldest first.
  async chain(id, note) {
    const replies = [await request('/v1/answers/' + encodeURIComponent(id))];
    while (replies[0].previous_id && replies.length < longest) {
      try {
        replies.unshift(await request('/v1/answers/' + encodeURIComponent(replies[0].previous_id)));
      } catch (error) {
        if (problemOf(error).code !== 'not_found') throw error;
        note.before(h('p', { class: 'quiet', say: 'ask.earlier' }));
        break;
      }
    }
    return replies;
  }

  running() {
    return this.turns.find((turn) => turn.state === 'running');
  }

  ask(asked) {
    const last = this.turns.findLast((turn) => turn.state === 'done');
    const turn = this.add({ ...asked, previous_id: last?.id });
    this.start(turn);
    turn.element.scrollIntoView({ block: 'start' });
  }

  start(turn) {
    this.started();
    this.named();
    this.box.running(true);
    turn.ask();
  }

  add(asked) {
    const turn = this.make(asked);
    this.turns.push(turn);
    this.list.append(turn.element);
    return turn;
  }

  make(asked) {
    return new Turn(asked, {
      started: (turn) => rewrite('/ask/' + encodeURIComponent(turn.id), location.pathname === '/'),
      ended: (turn) => this.ended(turn),
      again: (turn, change) => this.again(turn, change),
    });
  }

  // again asks a question anew. What followed it had it as its history, and goes.
  again(turn, change) {
    if (this.running()) return;
    const at = this.turns.indexOf(turn);
    for (const later of this.turns.splice(at)) later.element.remove();
    const fresh = this.add({ ...turn.asked, ...change });
    this.start(fresh);
    this.box.focus();
  }

  ended(turn) {
    if (this.left) return;
    this.box.running(false);
    if (turn.watched && turn.state === 'done') this.reopen(turn.id);
  }

  // reopen shows an answer that was watched without its question being known.
  reopen(id) {
    this.turns = [];
    replace(this.list);
    this.open(id);
  }

  started() {
    this.element.classList.add('has-thread');
    this.box.followUp(true);
    beside(true);
    replace(this.under);
  }

  named() {
    const first = this.turns[0];
    if (first) setTitle({ text: first.asked.question });
  }

  // key stops the answer by Esc, wherever the focus is. What lies on top goes first: a
  // dialog, an input method's choice, a quotation; the pane, which may stay, goes last.
  key(event) {
    const turn = this.running();
    if (event.key !== 'Escape' || !turn || composing(event) || popover.visible || document.querySelector('dialog[open]')) return;
    event.preventDefault();
    turn.stop();
  }
}
