// A voice message while it is spoken: how long it is, sending it, throwing it away.

import { button, el, mark, write } from './dom.js';
import { largestSound, longestSound } from './sound.js';
import { t } from './words.js';

/** The first that a browser records. Opus in Ogg is what other clients know; all browsers play what follows it. */
const types = ['audio/ogg;codecs=opus', 'audio/webm;codecs=opus', 'audio/mp4'];
/** A minute of it has half of what a message may hold. */
const bitsPerSecond = 24_000;
const shortest = 0.5;

/** - speak: gets seconds and bytes. - changed: it is shown or not. - complain: gets what is wrong, in words. */
export function recorder({ speak, changed, complain }) {
  const time = el('span', { class: 'time', role: 'timer' });
  const state = el('span', { class: 'visually-hidden', role: 'status' });
  const element = el('div', { class: 'recorder', hidden: true },
    el('span', { class: 'lamp', 'aria-hidden': 'true' }), time, state,
    button(t('Cancel'), () => cancel()), button(t('Send'), () => finish(), { class: 'main' }));
  /** `{ media, stream, chunks, size, began, ended, timer }` while there is one. */
  let now = null;

  async function begin() {
    if (now) return;
    complain('');
    const type = typeHere();
    if (!navigator.mediaDevices) return complain(t('Voice needs a page that came encrypted.'));
    if (!type) return complain(t('This browser cannot record.'));
    const taken = now = { chunks: [], size: 0 };
    try {
      taken.stream = await navigator.mediaDevices.getUserMedia({ audio: { channelCount: 1 } });
    } catch ({ name }) {
      if (now === taken) now = null;
      return complain(wordsFor(name));
    }
    // Left while the browser was asking.
    if (now !== taken) return release(taken);
    start(taken, type);
  }

  function start(taken, type) {
    taken.media = new MediaRecorder(taken.stream, { mimeType: type, audioBitsPerSecond: bitsPerSecond });
    taken.media.ondataavailable = ({ data }) => {
      if (taken.size + data.size > largestSound) return stop(taken);
      taken.chunks.push(data);
      taken.size += data.size;
    };
    // A microphone that is pulled out.
    taken.stream.getAudioTracks()[0].onended = () => stop(taken);
    taken.began = performance.now();
    taken.media.start(1000);
    taken.timer = setInterval(() => draw(taken), 200);
    mark(element, 'hidden', false);
    write(state, t('Recording'));
    changed(true);
    draw(taken);
    element.querySelector('.main').focus();
  }

  const lengthOf = ({ began, ended }) => Math.min(longestSound, ((ended ?? performance.now()) - began) / 1000);

  function draw(taken) {
    const seconds = lengthOf(taken);
    write(time, `${minutes(Math.floor(seconds))} / ${minutes(longestSound)}`);
    mark(element, 'data-still', taken.ended !== undefined);
    if (seconds >= longestSound) stop(taken);
  }

  function stop(taken) {
    if (taken.ended !== undefined) return;
    taken.ended = performance.now();
    if (taken.media.state !== 'inactive') taken.media.stop();
    release(taken);
    write(state, t('The recording has ended.'));
    draw(taken);
  }

  async function finish() {
    const taken = now;
    if (!taken) return;
    const whole = taken.media.state === 'inactive' ? null : new Promise((resolve) => { taken.media.onstop = resolve; });
    stop(taken);
    await whole;
    const seconds = lengthOf(taken);
    close();
    if (seconds < shortest || taken.size === 0) return complain(t('This was too short to be heard.'));
    const sound = new Uint8Array(await new Blob(taken.chunks).arrayBuffer());
    speak(Math.max(1, Math.round(seconds)), sound);
  }

  function cancel() {
    if (!now) return;
    const taken = now;
    if (taken.media) stop(taken);
    close();
  }

  function close() {
    now = null;
    mark(element, 'hidden', true);
    changed(false);
  }

  element.addEventListener('keydown', ({ key }) => { if (key === 'Escape') cancel(); });
  return { element, begin, cancel };
}

function release({ stream, timer }) {
  clearInterval(timer);
  for (const track of stream.getTracks()) track.stop();
}

const typeHere = () => ('MediaRecorder' in self ? types.find((type) => MediaRecorder.isTypeSupported(type)) : null);

function wordsFor(name) {
  switch (name) {
    case 'NotAllowedError': case 'SecurityError':
      return t('This page may not use the microphone. The browser asks for it, or has a setting for it.');
    case 'NotFoundError': case 'OverconstrainedError': return t('There is no microphone.');
    default: return t('The microphone cannot be used now: something else may have it.');
  }
}

/** Seconds as minutes and seconds. */
export const minutes = (seconds) => `${Math.floor(seconds / 60)}:${String(Math.floor(seconds) % 60).padStart(2, '0')}`;
