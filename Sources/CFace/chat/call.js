// Calls as a tab has them: it rings in all of them, and one has the call. The engine says how far it has come
// (calls.js).

import { deviceFault } from './call-media.js';
import { hasPicture } from './call-sdp.js';
import { wish } from './host.js';
import { incomingWindow } from './incoming.js';
import { newKey } from './key.js';
import { listen, model } from './model.js';
import { callNotice } from './notices.js';
import { OwnCall } from './own-call.js';
import { ring } from './ring.js';
import { say } from './say.js';
import { t } from './words.js';

/** What the engine knows this tab by. */
const tab = newKey();

/** The call of this tab, an `OwnCall`. */
let own = null;
/** `{ window, number, silence, notice }` while it rings here. */
let ringing = null;

export function startCalls() {
  listen(['call'], heard);
  addEventListener('pagehide', () => own?.hangUp());
}

/** Calls somebody. */
export async function startCall(peer, isVideo) {
  if (own) return own.window.element.focus();
  if (model.call) return say(t('You are in a call already.'));
  await newCall(peer).begin(isVideo);
}

function newCall(peer) {
  own = new OwnCall(tab, peer, (call) => { if (own === call) own = null; });
  return own;
}

function heard({ call, ended }) {
  if (ended?.tab === tab) own?.ended(ended.reason);
  // It was to be taken here, and has ended or was taken by another tab.
  if (own?.isWaiting && call?.phase !== 'ringing' && call?.tab !== tab) own.release();
  showRinging(call?.phase === 'ringing' ? call : null);
  if (call?.tab === tab) own?.turned(call);
}

// Somebody calls

function showRinging(call) {
  if (ringing?.number === call?.number) return;
  if (ringing) {
    ringing.silence();
    ringing.window.close();
    ringing.notice?.close();
    ringing = null;
  }
  if (!call) return;
  const isVideo = hasPicture(call.description);
  const window = incomingWindow(call.peer, isVideo, {
    accept: (withCamera) => accept(call, withCamera),
    decline: () => wish('hangUp', { tab, reason: 'over' }),
  });
  ringing = { window, number: call.number, silence: ring('incoming'), notice: callNotice(call.peer) };
  window.open();
}

/** The devices first: without a microphone it goes on ringing, perhaps elsewhere. */
async function accept({ peer, description, number }, withCamera) {
  if (own) return;
  const { window } = ringing;
  const call = newCall(peer);
  try {
    await call.openDevices(withCamera);
  } catch (fault) {
    call.release();
    return window.complain(deviceFault('microphone', fault));
  }
  if (ringing?.number !== number) return call.release();
  call.offer = description;
  call.isWaiting = true;
  wish('takeCall', { tab });
}
