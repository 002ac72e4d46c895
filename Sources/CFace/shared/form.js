// Forms: labelled boxes, one action, and what went wrong beside it.

import { el, refill } from './dom.js';
import { newKey } from './key.js';
import { t } from './words.js';

let count = 0;

/**
 * Boxes from their descriptions `{ name, label, kind, value, required, hint, options, min, max, step, suggest }`; kinds
 * are those of inputs, area, and select and choices with `options`, pairs of value and text. Each is `{ element, input,
 * value() }`; choices have no one input.
 */
export function fields(descriptions) {
  return descriptions.map((field) => {
    if (field.kind === 'choices') return choices(field);
    const id = `field${count += 1}`;
    const common = {
      id, name: field.name, required: field.required, 'aria-describedby': field.hint ? `${id}-hint` : null,
      maxlength: field.max && field.kind !== 'number' ? field.max : null,
    };
    const input = makeInput(field, common, id);
    if (field.value !== undefined && field.kind !== 'select') input.value = field.value;
    return {
      name: field.name,
      input,
      element: el('div', { class: `field ${field.kind ?? 'text'}` },
        el('label', { for: id }, field.label),
        input,
        field.list ?? null,
        field.hint ? el('small', { id: `${id}-hint`, class: 'dim' }, field.hint) : null),
      value: () => (field.kind === 'number' ? (input.value === '' ? undefined : Number(input.value)) : input.value),
    };
  });
}

/** Boxes to tick, as many as one likes: the value is a list. */
function choices({ name, label, options }) {
  const boxes = options.map(([value]) => el('input', { type: 'checkbox', name, value }));
  return {
    name,
    element: el('fieldset', { class: 'field choices' },
      el('legend', {}, label), boxes.map((box, index) => el('label', {}, box, options[index][1]))),
    value: () => boxes.filter((box) => box.checked).map((box) => box.value),
  };
}

function makeInput(field, common, id) {
  if (field.kind === 'area') return el('textarea', { ...common, rows: 4 });
  if (field.kind === 'select') {
    return el('select', common, field.options.map(([value, text]) =>
      el('option', { value, selected: String(value) === String(field.value) }, text)));
  }
  const type = field.kind ?? 'text';
  const bounds = type === 'number' ? { min: field.min, max: field.max, step: field.step } : {};
  // Other people's passwords are made here: no browser should offer to keep them, nor its owner's.
  const autocomplete = type === 'password' ? 'new-password' : 'off';
  const input = el('input', {
    ...common, ...bounds, type, autocomplete, spellcheck: 'false', placeholder: field.example,
  });
  if (field.suggest) field.list = suggestions(input, field.suggest, id);
  return input;
}

/** Shows what fits while somebody types. */
function suggestions(input, suggest, id) {
  const list = el('datalist', { id: `${id}-list` });
  let timer;
  input.setAttribute('list', list.id);
  input.addEventListener('input', () => {
    clearTimeout(timer);
    timer = setTimeout(async () => {
      const texts = await suggest(input.value).catch(() => []);
      refill(list, texts.map((value) => el('option', { value })));
    }, 150);
  });
  return list;
}

/**
 * A form. `send(values, key)` does it, under a key that stays the same until there was an answer: who presses again
 * because nothing came does it once. - cancel: a second button, and what it does.
 */
export function form(descriptions, action, send, { cancel, danger, resets } = {}) {
  const boxes = fields(descriptions);
  const fault = el('p', { class: 'fault', role: 'alert' });
  const main = el('button', { type: 'submit', class: danger ? 'danger' : 'main' }, action);
  let key;
  const submit = async (event) => {
    event.preventDefault();
    if (main.disabled) return;
    main.disabled = true;
    refill(fault);
    key ??= newKey();
    try {
      await send(Object.fromEntries(boxes.map((box) => [box.name, box.value()])), key);
      key = undefined;
      if (resets) event.target.reset();
    } catch (refusal) {
      if (refusal.status !== 0) key = undefined;
      refill(fault, refusal.message);
    }
    main.disabled = false;
  };
  const element = el('form', { on: { submit, input: () => { key = undefined; } } },
    el('div', { class: 'fields' }, boxes.map((box) => box.element)),
    fault,
    el('div', { class: 'actions' }, main,
      cancel ? el('button', { type: 'button', on: { click: cancel } }, t('Cancel')) : null));
  return { element, boxes };
}
