// Asks for a token, and whether the node knows it.

import { get } from './api.js';
import { el, refill } from './dom.js';
import { fields } from './form.js';
import { switchLanguage } from './language.js';
import { session } from './session.js';
import { t } from './words.js';

export function showSignIn(enter, text = '') {
  document.title = 'Grapevine';
  const fault = el('p', { class: 'fault', role: 'alert' }, text);
  const [box] = fields([{ name: 'token', label: t('Token'), kind: 'password', required: true }]);
  const action = el('button', { type: 'submit', class: 'main' }, t('Sign in'));
  const submit = async (event) => {
    event.preventDefault();
    action.disabled = true;
    refill(fault);
    // Kept only when it is good, but `get` takes it from there.
    session.open(box.value().trim());
    try {
      await get('/admin/v1/nodes');
      enter();
    } catch (refusal) {
      session.close();
      refill(fault, refusal.message);
      action.disabled = false;
      box.input.select();
    }
  };
  refill(
    document.getElementById('app'),
    el('main', { class: 'door' },
      el('form', { on: { submit } },
        el('h1', {}, el('img', { src: 'icon.svg', alt: '', width: 28, height: 28 }), 'Grapevine'),
        el('p', { class: 'dim' }, t('Administration of the cluster')),
        box.element, fault, action,
        el('p', { class: 'hint' }, t('Make a token with:'), ' ',
          el('code', {}, 'talkctl token create NAME --scope read,write,ops'))),
      switchLanguage()));
  box.input.focus();
}
