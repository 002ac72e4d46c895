// A voice message as it is heard. One is heard at a time, by one element for all, so that no more than one is in use.

import { button, el, mark, refill, write } from './dom.js';
import { pauseIcon, playIcon } from './icons.js';
import { minutes } from './recorder.js';
import { soundFormat } from './sound.js';
import { t } from './words.js';

const audio = new Audio();
/** `{ key, address, draw, fail }` of the one that is heard, or was last. */
let current = null;

for (const event of ['play', 'pause', 'ended', 'timeupdate', 'seeked', 'durationchange']) {
  audio.addEventListener(event, () => current?.draw());
}
audio.addEventListener('error', () => current?.fail());

/** Nothing is heard of a conversation that is not looked at. */
export function silence() {
  if (!current) return;
  audio.pause();
  audio.removeAttribute('src');
  URL.revokeObjectURL(current.address);
  const { draw } = current;
  current = null;
  draw();
}

/** - key: tells it from all others. - seconds: as its sender says. */
export function player(key, sound, seconds) {
  const element = el('span', { class: 'voice' });
  const act = button('', () => turn(), { class: 'quiet' });
  const place = el('input', {
    type: 'range', min: 0, max: 1, step: 'any', value: 0, 'aria-label': t('Position'),
    on: { input: () => move(Number(place.value)) },
  });
  const time = el('span', { class: 'time' });
  const isCurrent = () => current?.key === key;
  // What is recorded in a browser does not say how long it is.
  const length = () => (isCurrent() && Number.isFinite(audio.duration) ? audio.duration : Math.max(1, seconds));

  function draw() {
    const isHeard = isCurrent() && !audio.paused && !audio.ended;
    const at = isCurrent() && !audio.ended ? audio.currentTime : 0;
    if (act.dataset.sign !== String(isHeard)) {
      act.dataset.sign = isHeard;
      refill(act, isHeard ? pauseIcon() : playIcon());
      mark(act, 'aria-label', isHeard ? t('Pause') : t('Play, {n} s', { n: seconds }));
    }
    place.value = Math.min(1, at / length());
    mark(place, 'disabled', !isCurrent());
    mark(place, 'aria-valuetext', minutes(at));
    write(time, minutes(at > 0 ? at : seconds));
  }

  const fail = () => refill(element, ...unheard(sound, seconds));

  function turn() {
    if (!isCurrent()) {
      silence();
      current = { key, address: URL.createObjectURL(sound), draw, fail };
      audio.src = current.address;
    }
    // What cannot be played says so by its own event.
    if (audio.paused) audio.play().catch(() => {});
    else audio.pause();
  }

  function move(share) {
    if (isCurrent()) audio.currentTime = share * length();
  }

  if (!sound || !audio.canPlayType(sound.type)) fail();
  else {
    refill(element, act, place, time);
    if (isCurrent()) Object.assign(current, { draw, fail });
    draw();
  }
  return element;
}

function unheard(sound, seconds) {
  return [
    el('span', {}, t('[Voice, {n} s]', { n: seconds })),
    el('span', { class: 'dim' }, t('This voice message is in a format that browsers cannot play.')),
    sound ? button(t('Save'), () => save(sound), { class: 'link' }) : null,
  ];
}

async function save(sound) {
  const { ending } = soundFormat(new Uint8Array(await sound.slice(0, 64).arrayBuffer()));
  const href = URL.createObjectURL(sound);
  el('a', { href, download: `voice.${ending}` }).click();
  // The browser has begun to read it by then.
  setTimeout(() => URL.revokeObjectURL(href), 60_000);
}
