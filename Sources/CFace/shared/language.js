// Offers the other languages.

import { button, el } from './dom.js';
import { choose, language, languages } from './words.js';

export function switchLanguage() {
  return el('span', {}, Object.entries(languages).filter(([id]) => id !== language()).map(([id, name]) =>
    button(name, () => choose(id), { class: 'quiet', lang: id })));
}
