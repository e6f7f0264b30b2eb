// Building the page. Everything that is shown goes through h and ends as text: there
// is no way here to make markup of a string.
import { say, sayAttribute } from './words.js';

const svgSpace = 'http://www.w3.org/2000/svg';

// h makes an element. Properties:
//   class, text           as they are
//   say, sayWith          the key of a text in words.js and its parameters
//   label, labelWith      the same for aria-label;  tip: for title
//   on                    {event: listener}
//   href                  set only when it is a safe link
//   others                attributes; null and false leave one out, true is an empty one
// Children are nodes or strings; null and false are passed over.
export function h(tag, properties = {}, ...children) {
  const element = document.createElement(tag);
  set(element, properties);
  element.append(...kept(children));
  return element;
}

// svg makes an element of a drawing.
export function svg(tag, attributes = {}, ...children) {
  const element = document.createElementNS(svgSpace, tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

function kept(children) {
  return children.flat().filter((child) => child !== null && child !== undefined && child !== false);
}

function set(element, properties) {
  for (const [name, value] of Object.entries(properties)) {
    if (value === null || value === undefined || value === false) continue;
    switch (name) {
      case 'class': element.className = value; break;
      case 'text': element.textContent = value; break;
      case 'say': say(element, value, properties.sayWith); break;
      case 'label': sayAttribute(element, 'aria-label', value, properties.labelWith); break;
      case 'tip': sayAttribute(element, 'title', value, properties.tipWith); break;
      case 'hint': sayAttribute(element, 'placeholder', value); break;
      case 'sayWith': case 'labelWith': case 'tipWith': break;
      case 'on':
        for (const [event, listener] of Object.entries(value)) element.addEventListener(event, listener);
        break;
      case 'href': {
        const safe = safeLink(value);
        if (safe) element.setAttribute('href', safe);
        break;
      }
      default: element.setAttribute(name, value === true ? '' : String(value));
    }
  }
}

// safeLink returns an address that may be followed, a page of ours or http(s), else
// null.
function safeLink(address) {
  try {
    const url = new URL(address, location.origin);
    if (url.protocol !== 'http:' && url.protocol !== 'https:') return null;
    return address;
  } catch {
    return null;
  }
}

// outside makes a link to another site, or null where the address is none.
export function outside(address, properties = {}, ...children) {
  if (!address || !/^https?:\/\//i.test(address) || !safeLink(address)) return null;
  return h('a', { ...properties, href: address, target: '_blank', rel: 'noopener noreferrer' }, ...children);
}

// composing reports whether a key belongs to an input method that is choosing: 229 is
// how some say so.
export function composing(event) {
  return event.isComposing || event.keyCode === 229;
}

// replace puts children in the place of what an element holds.
export function replace(element, ...children) {
  element.replaceChildren(...kept(children));
}

const icons = {
  close: 'M5 5l10 10M15 5L5 15',
  next: 'M8 4l6 6-6 6',
  previous: 'M12 4l-6 6 6 6',
  copy: 'M7 7V4h9v9h-3M4 7h9v9H4z',
  why: 'M10 16.5a6.5 6.5 0 1 1 0-13 6.5 6.5 0 0 1 0 13zM7.8 8.2a2.2 2.2 0 1 1 3 2c-.6.3-.8.6-.8 1.3M10 13.6v.1',
  key: 'M7.5 16a3.5 3.5 0 1 1 0-7 3.5 3.5 0 0 1 0 7zM10 10l6.5-6.5M13.5 6.5L16 9',
  theme: 'M10 3a7 7 0 1 0 0 14zM10 3a7 7 0 0 1 0 14',
  add: 'M10 4v12M4 10h12',
  stop: 'M6 6h8v8H6z',
  send: 'M10 16V5M5 9.5L10 4.5l5 5',
  note: 'M10 16.5a6.5 6.5 0 1 1 0-13 6.5 6.5 0 0 1 0 13zM10 9v4.3M10 6.7v.1',
  save: 'M10 3.5v9M6 8.8l4 4 4-4M4 16.5h12',
  tick: 'M4 10.5l4 4.2L16 6',
  out: 'M8 5H5v10h10v-3M11 4h5v5M16 4l-7 7',
};

// icon draws one of the icons; it says nothing to a screen reader.
export function icon(name) {
  return svg('svg', { class: 'icon', viewBox: '0 0 20 20', 'aria-hidden': 'true', focusable: 'false' }, svg('path', { d: icons[name] }));
}
