// Changing a page without moving what somebody reads on it.

const top = 52; // pixels of the header that stays at the top

// steady makes a change and scrolls so that the first of the elements that was in sight
// and is still there stays where it was. elements returns those that count.
export function steady(elements, change) {
  const seen = elements()
    .map((element) => ({ element, box: element.getBoundingClientRect() }))
    .filter(({ box }) => box.height && box.bottom > top && box.top < innerHeight);
  change();
  const first = seen.find(({ element }) => element.isConnected);
  if (first) scrollBy({ top: first.element.getBoundingClientRect().top - first.box.top, behavior: 'instant' });
}
