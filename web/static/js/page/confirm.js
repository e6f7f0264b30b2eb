// The dialog that asks before something is deleted for good.
import { h, replace } from './dom.js';
import { problemOf } from './api.js';

// confirm asks. title, text and yes are {key, with} of words.js. act deletes and is waited
// for: what it throws is said in the dialog, which stays open. after comes when the
// dialog is gone.
export function confirm({ title, text, yes, act, after }) {
  const problem = h('p', { class: 'problem', role: 'status' });
  const sure = h('button', { class: 'danger', type: 'button', say: yes.key, sayWith: yes.with });
  const dialog = h('dialog', { class: 'dialog', 'aria-labelledby': 'confirm-title', 'aria-describedby': 'confirm-text' },
    h('h2', { id: 'confirm-title', say: title.key, sayWith: title.with }),
    h('p', { id: 'confirm-text', say: text.key, sayWith: text.with }),
    problem,
    h('div', { class: 'buttons' },
      h('button', { type: 'button', autofocus: true, say: 'cancel', on: { click: () => dialog.close() } }), sure));
  sure.addEventListener('click', async () => {
    sure.disabled = true;
    try {
      await act();
    } catch (error) {
      const words = problemOf(error).words;
      replace(problem, h('span', { say: words.key, sayWith: words.with }));
      sure.disabled = false;
      sure.focus();
      return;
    }
    dialog.close();
    after();
  });
  dialog.addEventListener('close', () => dialog.remove());
  document.querySelector('main').append(dialog);
  dialog.showModal();
}
