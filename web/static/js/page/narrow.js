// What narrows a search down: days, outlets, tags. It opens under the box of a question
// and under that of a draft.
import { h } from './dom.js';
import { listOf } from './chips.js';

const labels = { published_from: 'narrow.from', published_to: 'narrow.to', outlets: 'narrow.outlets', tags: 'narrow.tags' };

// A Narrow has the fields; more are others that belong under it, and name begins the
// ids of its own.
export class Narrow {
  constructor(name, ...more) {
    const input = (field, type) => h('input', { type, id: name + '-' + field, autocomplete: 'off' });
    this.fields = {
      published_from: input('from', 'date'), published_to: input('to', 'date'),
      outlets: input('outlets', 'text'), tags: input('tags', 'text'),
    };
    this.element = h('details', { class: 'narrow' },
      h('summary', { say: 'narrow' }),
      h('div', { class: 'fields' },
        Object.entries(this.fields).map(([field, control]) => h('div', { class: 'field' }, h('label', { for: control.id, say: labels[field] }), control)),
        more));
  }

  // fill takes over what the parameters of an address say, as the list of articles
  // names it, and opens where it is something.
  fill(search) {
    const { published_from: from, published_to: to, outlets, tags } = this.fields;
    from.value = search.get('from') ?? '';
    to.value = search.get('to') ?? '';
    outlets.value = search.getAll('outlet').join('，');
    tags.value = search.getAll('tag').join('，');
    this.element.open = Object.values(this.fields).some((field) => field.value);
  }

  // filter is that of a request.
  filter() {
    const { published_from: from, published_to: to, outlets, tags } = this.fields;
    return {
      published_from: from.value || undefined, published_to: to.value || undefined,
      outlets: listOf(outlets.value), tags: listOf(tags.value),
    };
  }
}
