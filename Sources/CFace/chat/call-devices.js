// Which microphone, camera and speaker a call uses.

import { chooseDevice, chosenDevice, devicesOf } from './call-media.js';
import { el, mark, refill } from './dom.js';
import { t } from './words.js';

/** - choose: gets what was chosen for `microphone` or `camera`. - sound: the element that is heard. */
export function deviceMenu(choose, sound) {
  const hasSpeakers = 'setSinkId' in sound;
  const fields = [['microphone', t('Microphone')], ['camera', t('Camera')], ['speaker', t('Speaker')]]
    .filter(([what]) => what !== 'speaker' || hasSpeakers)
    .map(([what, text]) => {
      const box = el('select', { id: `call-${what}`, on: { change: () => turnTo(what, box.value) } });
      return { what, box, element: el('div', { class: 'field' }, el('label', { for: box.id }, text), box) };
    });
  const element = el('div', { class: 'devices', hidden: true }, fields.map((field) => field.element));

  function applySpeaker() {
    const id = chosenDevice('speaker');
    if (hasSpeakers && id) sound.setSinkId(id).catch(() => chooseDevice('speaker', ''));
  }

  function turnTo(what, id) {
    chooseDevice(what, id);
    if (what === 'speaker') applySpeaker();
    else choose(what);
  }

  async function fill() {
    for (const { what, box, element: field } of fields) {
      const devices = await devicesOf(what);
      mark(field, 'hidden', devices.length === 0);
      refill(box, devices.map(({ id, label }, index) => el('option', { value: id }, label || `${index + 1}`)));
      const chosen = devices.find(({ id }) => id === chosenDevice(what)) ?? devices[0];
      if (chosen) box.value = chosen.id;
    }
  }

  return {
    element, applySpeaker,
    isOpen: () => !element.hidden,
    async turn() {
      if (!element.hidden) return mark(element, 'hidden', true);
      await fill();
      mark(element, 'hidden', false);
      element.querySelector('select')?.focus();
    },
  };
}
