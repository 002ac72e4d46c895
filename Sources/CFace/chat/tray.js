// Pictures that were chosen and are not sent: pasted, dropped, or from the disk.

import { button, el, mark, refill } from './dom.js';
import { model } from './model.js';
import { preparePicture, thumbnail } from './prepare.js';
import { t } from './words.js';

const most = 9;

/** - changed: there are others, or words about them. */
export function tray(key, changed) {
  const list = el('ul', { class: 'tray', 'aria-label': t('Pictures to send') });
  let fault = '';
  /** Files that are waited for, and what is done with them one after the other: they stay in their order. */
  let unread = 0;
  let reading = Promise.resolve();
  const chosen = () => model.chosen.get(key) ?? [];
  const keep = (pictures) => {
    model.chosen.set(key, pictures);
    refill(list, pictures.map((picture) => el('li', {}, thumbnail(picture.blob),
      picture.isSmaller ? el('small', {}, t('made smaller')) : null,
      button('×', () => remove(picture), { 'aria-label': t('Take this picture out') }))));
    mark(list, 'hidden', pictures.length === 0);
    changed();
  };
  const remove = (picture) => {
    fault = '';
    keep(chosen().filter((other) => other !== picture));
  };

  async function take(file) {
    try {
      if (chosen().length >= most) throw new Error(t('One message takes {n} pictures at most.', { n: most }));
      const picture = await preparePicture(file);
      keep([...chosen(), picture]);
    } catch (refusal) {
      fault = refusal.message;
    }
    unread -= 1;
    changed();
  }

  function add(files) {
    fault = '';
    unread += files.length;
    for (const file of files) reading = reading.then(() => take(file));
    changed();
  }

  return {
    element: list,
    add,
    begin() { keep(chosen()); },
    get pictures() { return chosen().map(({ blob, name, small }) => ({ blob, name, small })); },
    get fault() { return fault; },
    /** Some are being read, and would be left behind. */
    get isReading() { return unread > 0; },
    empty() {
      fault = '';
      keep([]);
    },
  };
}

/** What is pasted or dropped: pictures are seen in a message, other files are saved by who gets them. */
export function filesIn(transfer) {
  const files = [...transfer?.files ?? []];
  const isPicture = ({ type }) => type.startsWith('image/');
  return { pictures: files.filter(isPicture), others: files.filter((file) => !isPicture(file)) };
}
