// An account of one's own, where the server lets people make one.

import { show } from './dialog.js';
import { button, el, put } from './dom.js';
import { form } from './form.js';
import { t } from './words.js';

/** A place that stays empty unless the server offers it. - made: gets name and password of a new account. */
export function offerRegistration(made) {
  const place = el('p', { class: 'offer' });
  fetch('/register').then((reply) => (reply.ok ? reply.json() : null)).then((offer) => {
    if (!offer?.open) return;
    const open = () => showRegistration(offer.needs_invitation, made);
    put(place, t('New here?'), ' ', button(t('Make an account'), open, { class: 'link' }));
  }, () => {});
  return place;
}

function showRegistration(needsInvitation, made) {
  const boxes = [
    { name: 'name', label: t('Name'), required: true, max: 64, hint: t('With it you sign in.') },
    { name: 'nick', label: t('What others see'), max: 64, hint: t('Empty: the name.') },
    { name: 'password', label: t('Password'), kind: 'password', required: true, hint: t('At least 8 characters.') },
  ];
  if (needsInvitation) boxes.push({ name: 'invitation', label: t('Invitation'), required: true });
  const registration = form(boxes, t('Make the account'), async (values, key) => {
    for (const box of ['name', 'nick']) values[box] = values[box].trim().normalize('NFC');
    const body = Object.fromEntries(Object.entries(values).filter(([, value]) => value !== ''));
    await register(body, key);
    dialog.close();
    made(values.name, values.password);
  });
  const dialog = show(t('Make an account'), 'small', registration.element);
  registration.boxes[0].input.focus();
}

/** - key: the same order under the same key makes one account. */
async function register(body, key) {
  let reply;
  try {
    reply = await fetch('/register', {
      method: 'POST', body: JSON.stringify(body),
      headers: { 'Content-Type': 'application/json', 'Idempotency-Key': key },
    });
  } catch {
    throw Object.assign(new Error(t('The server does not answer.')), { status: 0 });
  }
  if (reply.ok) return;
  const { error } = await reply.json().catch(() => ({}));
  const ofField = {
    name: t('A name has letters and digits, without commas and slashes, and of one alphabet only.'),
    nick: t('Others could not read this name.'), password: t('A password has 8 characters at least.'),
  };
  const words = {
    invalid_request: ofField[error?.details?.field],
    name_taken: t('There is a user of this name already.'), invitation_wrong: t('This is not the invitation.'),
    too_many_registrations: t('Too many accounts were made just now. Try again later.'),
  };
  throw Object.assign(new Error(words[error?.code] ?? error?.message ?? t('The server does not take it.')), {
    status: reply.status,
  });
}
