// How many articles there are by month, as bars.
import { h } from './dom.js';
import { sayAttribute } from './words.js';

const most = 120; // months that are drawn, the newest

// monthChart draws the counts; choose(from, to) is called with the days of a month.
// It is one stop of the tab key: arrows move inside it.
export function monthChart(counts, choose) {
  const months = span(Object.keys(counts)).slice(-most);
  if (months.length < 2) return null;
  const highest = Math.max(...months.map((month) => counts[month] ?? 0));
  const bars = months.map((month, n) => {
    const count = counts[month] ?? 0;
    const fill = h('span', { class: 'bar' });
    fill.style.height = (count ? Math.max(6, (100 * count) / highest) : 0) + '%';
    const button = h('button', {
      type: 'button', class: 'month', tabindex: n === months.length - 1 ? '0' : '-1', 'data-month': month,
      on: { click: () => choose(month + '-01', lastDay(month)), focus: () => tell(month, count), pointerenter: () => tell(month, count) },
    }, fill);
    sayAttribute(button, 'aria-label', 'articles.month', { month, count });
    return button;
  });
  const told = h('p', { class: 'chart-told quiet', 'aria-hidden': 'true' });
  const tell = (month, count) => told.replaceChildren(h('span', { say: 'articles.month', sayWith: { month, count } }));
  const chart = h('div', { class: 'chart', role: 'group', label: 'articles.months', on: { keydown: (event) => move(event, bars) } }, bars);
  return h('figure', { class: 'months' },
    h('figcaption', {}, h('span', { say: 'articles.months' }), h('span', { class: 'quiet keys', say: 'articles.months.keys' })),
    chart,
    h('div', { class: 'chart-ends', 'aria-hidden': 'true' }, h('span', { text: months[0] }), told, h('span', { text: months.at(-1) })));
}

// span returns every month from the first to the last.
function span(months) {
  const dated = months.filter((month) => /^\d{4}-\d{2}$/.test(month)).sort();
  if (!dated.length) return [];
  const all = [];
  let [year, month] = dated[0].split('-').map(Number);
  for (let name = dated[0]; name <= dated.at(-1); name = nameOf(year, month)) {
    all.push(name);
    month++;
    if (month > 12) [year, month] = [year + 1, 1];
  }
  return all;
}

function nameOf(year, month) {
  return String(year).padStart(4, '0') + '-' + String(month).padStart(2, '0');
}

function lastDay(month) {
  const [year, number] = month.split('-').map(Number);
  return month + '-' + new Date(Date.UTC(year, number, 0)).getUTCDate();
}

function move(event, bars) {
  const at = bars.indexOf(document.activeElement);
  const to = { ArrowLeft: at - 1, ArrowRight: at + 1, Home: 0, End: bars.length - 1 }[event.key];
  if (at < 0 || to === undefined || !bars[to]) return;
  event.preventDefault();
  bars[at].tabIndex = -1;
  bars[to].tabIndex = 0;
  bars[to].focus();
}
