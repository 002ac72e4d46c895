// Makes elements. What is data goes in as text only; the page never reads HTML from a string.

const svgTags = new Set(['svg', 'path', 'line', 'circle']);

/**
 * An element with attributes and children. `on` holds handlers by event; an attribute that is null or false is left
 * out, and so is such a child; a child that is no node becomes text.
 */
export function el(tag, attributes = {}, ...children) {
  const element = svgTags.has(tag)
    ? document.createElementNS('http://www.w3.org/2000/svg', tag)
    : document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name === 'on') {
      for (const [event, handler] of Object.entries(value)) element.addEventListener(event, handler);
    } else if (value !== null && value !== undefined && value !== false) {
      element.setAttribute(name, value === true ? '' : value);
    }
  }
  put(element, ...children);
  return element;
}

/** Appends children as `el` does. */
export function put(element, ...children) {
  for (const child of children.flat()) {
    if (child !== null && child !== undefined && child !== false) element.append(child);
  }
}

/** Puts these children in place of those that are there. */
export function refill(element, ...children) {
  element.replaceChildren();
  put(element, ...children);
}

/** Sets a text, if it is another one: a reader of the screen hears only what changes. */
export function write(element, text) {
  const string = String(text ?? '');
  if (element.textContent !== string) element.textContent = string;
}

/** Sets or takes away an attribute. */
export function mark(element, name, value) {
  if (value === null || value === undefined || value === false) element.removeAttribute(name);
  else if (element.getAttribute(name) !== String(value)) element.setAttribute(name, value === true ? '' : value);
}

const children = new WeakMap();

/**
 * Keeps one child of `parent` per item, in their order. `make` gives `{ element, update(item) }`; what was made for a
 * key stays as long as an item has that key, so focus and selection survive every poll.
 */
export function keep(parent, items, keyOf, make) {
  const known = children.get(parent) ?? new Map();
  const next = new Map();
  let place = parent.firstElementChild;
  for (const item of items) {
    const key = keyOf(item);
    const child = known.get(key) ?? make(item);
    known.delete(key);
    next.set(key, child);
    child.update(item);
    if (child.element === place) place = place.nextElementSibling;
    else parent.insertBefore(child.element, place);
  }
  for (const child of known.values()) child.element.remove();
  children.set(parent, next);
}

/** A button that does something. */
export function button(text, action, attributes = {}) {
  return el('button', { type: 'button', ...attributes, on: { click: action } }, text);
}
