// A list of rows of one height, of which only those are in the document that can be seen, and some around them.

import { el, keep } from './dom.js';

const spare = 10;

/**
 * - make: gives `{ element, update(item) }` for an item. - height: of a row, in pixels.
 * Gives the scrolling element and `show(items)`.
 */
export function rows({ keyOf, make, height, label, role = 'list' }) {
  const inner = el('div', { class: 'rows', role, 'aria-label': label });
  const element = el('div', { class: 'scroller', tabindex: -1 }, inner);
  let items = [];
  const draw = () => {
    const first = Math.max(0, Math.floor(element.scrollTop / height) - spare);
    const count = Math.ceil(element.clientHeight / height) + 2 * spare;
    const seen = items.slice(first, first + count);
    inner.style.height = `${items.length * height}px`;
    inner.style.setProperty('--from', `${first * height}px`);
    keep(inner, seen, keyOf, make);
    seen.forEach((item, index) => {
      const child = inner.children[index];
      child.setAttribute('aria-setsize', items.length);
      child.setAttribute('aria-posinset', first + index + 1);
    });
  };
  element.addEventListener('scroll', draw, { passive: true });
  new ResizeObserver(draw).observe(element);
  return {
    element,
    show(next) {
      items = next;
      draw();
    },
    /** Where an item is, for whoever moves by keys. */
    reveal(index) {
      const top = index * height;
      if (top < element.scrollTop) element.scrollTop = top;
      else element.scrollTop = Math.max(element.scrollTop, top + height - element.clientHeight);
      draw();
    },
  };
}
