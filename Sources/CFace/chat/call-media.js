// What a call takes from this device: microphone, camera, screen. Which of several is remembered in this browser.

import { t } from './words.js';

const kinds = { microphone: 'audioinput', camera: 'videoinput', speaker: 'audiooutput' };
const storageName = (what) => `grapevine.${what}`;
const constraints = {
  microphone: { audio: { echoCancellation: true, noiseSuppression: true, autoGainControl: true } },
  camera: { video: { width: { ideal: 1280 }, height: { ideal: 720 } } },
};

export const chosenDevice = (what) => localStorage.getItem(storageName(what)) ?? '';
export const chooseDevice = (what, id) => localStorage.setItem(storageName(what), id);

/** `[{ id, label }]`; the labels are there as soon as the page may use one of them. */
export async function devicesOf(what) {
  const devices = await navigator.mediaDevices.enumerateDevices();
  return devices.filter(({ kind, deviceId }) => kind === kinds[what] && deviceId)
    .map(({ deviceId, label }) => ({ id: deviceId, label }));
}

/** A track of the `microphone` or the `camera`. Throws what the browser does. */
export async function openDevice(what) {
  if (!navigator.mediaDevices) throw new DOMException('', 'InsecureError');
  const [[medium, wishes]] = Object.entries(constraints[what]);
  const id = chosenDevice(what);
  // One that was chosen and is not there any more is no reason for silence.
  const stream = await navigator.mediaDevices.getUserMedia({ [medium]: { ...wishes, ...id && { deviceId: id } } });
  return stream.getTracks()[0];
}

export const canShareScreen = () => 'getDisplayMedia' in (navigator.mediaDevices ?? {});

export async function openScreen() {
  const stream = await navigator.mediaDevices.getDisplayMedia({ video: true });
  const [track] = stream.getVideoTracks();
  track.contentHint = 'detail';
  return track;
}


/** Why a device cannot be used. */
export function deviceFault(what, { name }) {
  const isCamera = what === 'camera';
  switch (name) {
    case 'InsecureError': return t('Calls need a page that came encrypted.');
    case 'NotAllowedError': case 'SecurityError':
      return isCamera
        ? t('This page may not use the camera. The browser asks for it, or has a setting for it.')
        : t('This page may not use the microphone. The browser asks for it, or has a setting for it.');
    case 'NotFoundError': case 'OverconstrainedError':
      return isCamera ? t('There is no camera.') : t('There is no microphone.');
    default:
      return isCamera
        ? t('The camera cannot be used now: something else may have it.')
        : t('The microphone cannot be used now: something else may have it.');
  }
}
