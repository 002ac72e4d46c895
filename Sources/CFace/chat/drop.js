// Pictures and files that are dragged onto a conversation.

import { el, mark } from './dom.js';
import { filesIn } from './tray.js';
import { t } from './words.js';

/** - take: gets them, by `filesIn`. Lays something over the conversation meanwhile. */
export function dropPlace(element, take) {
  const cover = el('div', { class: 'drop', hidden: true }, el('p', {}, t('Drop pictures and files here')));
  const hasFiles = ({ dataTransfer }) => dataTransfer?.types.includes('Files');
  // Of the element and of what is in it, as each is told by itself.
  let depth = 0;
  const show = (by) => {
    depth = Math.max(0, depth + by);
    mark(cover, 'hidden', depth === 0);
  };
  element.addEventListener('dragenter', (event) => { if (hasFiles(event)) show(1); });
  element.addEventListener('dragleave', (event) => { if (hasFiles(event)) show(-1); });
  // Otherwise the browser leaves the page for the file.
  element.addEventListener('dragover', (event) => { if (hasFiles(event)) event.preventDefault(); });
  element.addEventListener('drop', (event) => {
    if (!hasFiles(event)) return;
    event.preventDefault();
    show(-depth);
    take(filesIn(event.dataTransfer));
  });
  element.append(cover);
}
