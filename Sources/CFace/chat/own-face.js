// A picture of oneself: chosen, cut to a square, stored, and told to everybody.

import { button, el, mark, write } from './dom.js';
import { request } from './host.js';
import { prepareFace } from './prepare.js';
import { uploadFault } from './problems.js';
import { say } from './say.js';
import { upload } from './upload.js';
import { t } from './words.js';

export function ownFace() {
  const fault = el('p', { class: 'fault', role: 'alert' });
  const file = el('input', { type: 'file', accept: 'image/*', hidden: true, 'aria-label': t('Your picture') });
  const choose = button(t('Choose a picture of yourself'), () => file.click());
  file.addEventListener('change', async () => {
    const [chosen] = file.files;
    file.value = '';
    if (!chosen) return;
    mark(choose, 'disabled', true);
    write(fault, '');
    try {
      await set(chosen);
      say(t('Saved.'));
    } catch (refusal) {
      write(fault, refusal.message);
    }
    mark(choose, 'disabled', false);
  });
  return el('div', { class: 'own-face' }, file, choose, fault);
}

async function set(chosen) {
  const { blob, name } = await prepareFace(chosen);
  const token = (await request('fileAccessReq', {}))?.pictureToken;
  const { address, fault } = await upload(blob, name, { place: '/', token, told() {} });
  if (fault) throw new Error(uploadFault(fault));
  const answer = await request('changeAvatarReq', { avatarURL: address });
  if (!answer) throw new Error(t('The server does not answer. Look whether it was done before trying again.'));
  if (answer.resultCode !== 0) throw new Error(t('The server does not take it.'));
}
