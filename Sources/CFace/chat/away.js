// Told of messages while no page is open: a push service of the browser's maker brings them to the service worker.

import { request } from './host.js';
import { listen, model } from './model.js';
import { t } from './words.js';

const isPossible = () => 'PushManager' in self && 'serviceWorker' in navigator && isSecureContext;

async function subscription() {
  if (!isPossible()) return null;
  const registration = await navigator.serviceWorker.getRegistration();
  return await registration?.pushManager.getSubscription() ?? null;
}

/** 'none': this browser cannot; 'on' or 'off'. */
export async function awayState() {
  if (!isPossible()) return 'none';
  return await subscription() ? 'on' : 'off';
}

const problems = {
  2: 'This server tells nobody who is away.',
  3: 'This server does not know the push service of this browser.',
};

async function ask(message) {
  const answer = await request('browserReq', message);
  if (!answer || answer.resultCode === 1) throw new Error(t('The server does not answer. Try again.'));
  if (answer.resultCode !== 0) throw new Error(t(problems[answer.resultCode] ?? 'The server does not take it.'));
  return answer;
}

const enter = (subscription) => ask({
  endpoint: subscription.endpoint,
  publicKey: new Uint8Array(subscription.getKey('p256dh')),
  secret: new Uint8Array(subscription.getKey('auth')),
});

// Without a way to it browsers try for hours.
const patience = 20_000;

const soon = (promise) => Promise.race([
  promise, new Promise((_, fail) => { setTimeout(() => fail(new Error('too late')), patience); }),
]);

export async function turnOn() {
  const { serverKey } = await ask({});
  const registration = await navigator.serviceWorker.ready;
  const old = await registration.pushManager.getSubscription();
  let made;
  try {
    // One of another key cannot be changed.
    await old?.unsubscribe();
    made = await soon(
      registration.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: serverKey }));
  } catch {
    throw new Error(t('The push service of this browser does not answer, or you have not allowed it.'));
  }
  await enter(made);
}

export async function turnOff() {
  const old = await subscription();
  if (!old) return;
  await old.unsubscribe();
  await ask({ endpoint: old.endpoint, ends: 1 });
}

/** The server forgets a browser whose session another one has ended; and the browser may have another address now. */
export function startAway() {
  let entered = false;
  listen(['state'], async () => {
    const isOn = model.state.me && model.state.phase === 'online';
    if (!isOn) entered = false;
    if (!isOn || entered) return;
    entered = true;
    try {
      const known = await subscription();
      if (known) await enter(known);
    } catch {
      entered = false;
    }
  });
}
