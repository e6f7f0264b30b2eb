// How many articles there are by month, as bars; by year where the months would be too
// many to be told apart.
import { h } from '../page/dom.js';
import { sayAttribute } from '../page/words.js';

const most = 60; // bars of months; also the most years that are drawn, the newest

// monthChart draws the counts; choose(from, to) is called with the days of a month or
// year. It is one stop of the tab key: arrows move inside it.
export function monthChart(counts, choose) {
  let names = span(Object.keys(counts));
  if (names.length < 2) return null;
  const years = names.length > most;
  if (years) {
    counts = byYear(counts);
    names = [...new Set(names.map((month) => month.slice(0, 4)))].slice(-most);
  }
  const highest = Math.max(...names.map((name) => counts[name] ?? 0));
  const bars = names.map((month, n) => {
    const count = counts[month] ?? 0;
    const fill = h('span', { class: 'bar' });
    fill.style.height = (count ? Math.max(6, (100 * count) / highest) : 0) + '%';
    const button = h('button', {
      type: 'button', class: 'month', tabindex: n === names.length - 1 ? '0' : '-1', 'data-month': month,
      on: { click: () => choose(...daysOf(month)), focus: () => tell(month, count), pointerenter: () => tell(month, count) },
    }, fill);
    sayAttribute(button, 'aria-label', 'articles.month', { month, count });
    return button;
  });
  const told = h('p', { class: 'chart-told quiet', 'aria-hidden': 'true' });
  const tell = (month, count) => told.replaceChildren(h('span', { say: 'articles.month', sayWith: { month, count } }));
  const title = years ? 'articles.years' : 'articles.months';
  const chart = h('div', { class: 'chart', role: 'group', label: title, on: { keydown: (event) => move(event, bars) } }, bars);
  return h('figure', { class: 'months' },
    h('figcaption', {}, h('span', { say: title }), h('span', { class: 'quiet keys', say: years ? 'articles.years.keys' : 'articles.months.keys' })),
    chart,
    h('div', { class: 'chart-ends', 'aria-hidden': 'true' }, h('span', { text: names[0] }), told, h('span', { text: names.at(-1) })));
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

function byYear(counts) {
  const years = {};
  for (const [month, count] of Object.entries(counts)) years[month.slice(0, 4)] = (years[month.slice(0, 4)] ?? 0) + count;
  return years;
}

// daysOf returns the first and the last day of a month or a year.
function daysOf(name) {
  const [year, month] = name.split('-').map(Number);
  if (!month) return [name + '-01-01', name + '-12-31'];
  return [name + '-01', name + '-' + new Date(Date.UTC(year, month, 0)).getUTCDate()];
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
