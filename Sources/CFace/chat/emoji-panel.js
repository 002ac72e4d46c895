// Emoji to choose from, below a button that shows them.

import { button, el, mark } from './dom.js';
import { moods, offered } from './emoji.js';
import { smileIcon } from './icons.js';
import { t } from './words.js';

/** - insert: gets what was chosen. Gives the element, its button, and `close()`, which says if it was open. */
export function emojiPanel(insert) {
  const element = el('div', { class: 'emoji-panel', hidden: true, role: 'group', 'aria-label': t('Emoji') });
  const toggle = button(smileIcon(), () => turn(), {
    class: 'quiet', 'aria-label': t('Emoji'), title: t('Emoji'), 'aria-expanded': 'false',
  });

  function turn() {
    const isShown = element.hasAttribute('hidden');
    mark(element, 'hidden', !isShown);
    mark(toggle, 'aria-expanded', String(isShown));
    if (!isShown || element.firstChild) return;
    element.append(
      ...offered.map((face) => button(face, () => insert(face), { class: 'quiet' })),
      ...Object.entries(moods).map(([name, face]) => button(face, () => insert(`[${name}]`), {
        class: 'quiet mood', title: name, 'aria-label': name,
      })));
  }

  return {
    element,
    toggle,
    close() {
      const isOpen = !element.hasAttribute('hidden');
      if (isOpen) turn();
      return isOpen;
    },
  };
}
