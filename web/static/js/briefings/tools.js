// What can be done with a briefing: taking it as a file, checking it again, following it
// up, deleting it.
import { h, icon, replace } from '../page/dom.js';
import { open, problemOf, request } from '../page/api.js';
import { copy, showText } from '../page/clipboard.js';
import { announce } from '../page/live.js';
import { recheckOf } from './recheck.js';
import { confirm } from '../page/confirm.js';
import { download } from '../page/download.js';
import { navigate } from '../page/route.js';

const formats = { docx: 'Word', html: 'HTML', md: 'Markdown' };

// Tools are those of a BriefingPage whose briefing has ended.
export class Tools {
  constructor(page) {
    this.page = page;
    const { status, id } = page.briefing;
    const done = status === 'done';
    const order = (how) => '/briefings?' + how + '=' + encodeURIComponent(id);
    this.said = h('p', { class: 'problem', role: 'alert' });
    this.below = h('div', {});
    this.element = h('div', { class: 'tools' },
      h('div', { class: 'buttons' },
        done ? this.files() : null,
        done ? this.button('recheck', (event) => this.recheck(event)) : null,
        page.writes && done ? h('a', { class: 'button', href: order('follow'), say: 'briefing.follow' }) : null,
        page.writes ? h('a', { class: 'button', href: order('again'), say: 'briefing.again' }) : null,
        page.writes ? h('button', { class: 'danger', type: 'button', say: 'article.delete', on: { click: () => this.remove() } }) : null),
      this.said, this.below);
  }

  button(name, click) {
    return h('button', { type: 'button', say: 'briefing.' + name, on: { click } });
  }

  files() {
    return h('div', { class: 'files', role: 'group', label: 'briefing.files' },
      h('span', { class: 'quiet', say: 'briefing.files' }),
      Object.entries(formats).map(([format, name]) => h('button', { type: 'button', text: name, 'data-format': format, on: { click: () => this.save(format) } })),
      h('button', { type: 'button', tip: 'ask.copy.tip', on: { click: () => this.copy() } }, icon('copy'), this.copied = h('span', { say: 'ask.copy' })));
  }

  async save(format) {
    replace(this.said);
    try {
      await download(this.page.path('.' + format), this.page.id + '.' + format);
    } catch (error) {
      this.fail(error);
    }
  }

  async copy() {
    replace(this.said);
    try {
      const text = await (await open(this.page.path('.md'))).text();
      await copy(text, this.copied, () => showText(text, (...nodes) => replace(this.below, ...nodes)));
    } catch (error) {
      this.fail(error);
    }
  }

  async recheck(event) {
    const button = event.currentTarget;
    replace(this.said);
    button.disabled = true;
    try {
      const reply = await request(this.page.path('/recheck'), { method: 'POST' });
      const { element, moved } = recheckOf(reply, this.page.text);
      replace(this.below, element);
      announce(moved ? 'briefing.recheck.moved' : 'briefing.recheck.same', { count: moved });
    } catch (error) {
      this.fail(error);
    }
    button.disabled = false;
    button.focus({ preventScroll: true });
  }

  remove() {
    const { title, topic } = this.page.briefing;
    confirm({
      title: { key: 'briefing.delete.title' },
      text: { key: 'briefing.delete.text', with: { title: title || topic } },
      yes: { key: 'article.delete.yes' },
      act: () => request(this.page.path(), { method: 'DELETE' }),
      after: () => {
        navigate('/briefings');
        announce('article.deleted');
      },
    });
  }

  fail(error) {
    const words = problemOf(error).words;
    replace(this.said, h('span', { say: words.key, sayWith: words.with }));
  }
}
