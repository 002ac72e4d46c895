// The door: a name and a password, which leaves this page only as its digest and is kept nowhere.

import { el, mark, write } from './dom.js';
import { wish } from './host.js';
import { switchLanguage } from './language.js';
import { offerRegistration } from './registration.js';
import { listen, model } from './model.js';
import { problemText } from './problems.js';
import { t } from './words.js';

function field(id, label, type, autocomplete) {
  const input = el('input', { id, type, autocomplete, required: true, spellcheck: 'false', autocapitalize: 'off' });
  return { input, element: el('div', { class: 'field' }, el('label', { for: id }, label), input) };
}

export function door() {
  document.title = 'Grapevine';
  const name = field('name', t('Name'), 'text', 'username');
  const password = field('password', t('Password'), 'password', 'current-password');
  const fault = el('p', { class: 'fault', role: 'alert' });
  const action = el('button', { type: 'submit', class: 'main' }, t('Sign in'));
  name.input.value = model.state.name;
  let isTrying = false;
  const submit = () => {
    if (isTrying) return;
    isTrying = true;
    update();
    wish('signIn', { name: name.input.value.trim().normalize('NFC'), password: password.input.value });
  };
  const update = () => {
    const { refusal, problem } = model.state;
    mark(action, 'disabled', isTrying);
    write(action, isTrying ? t('Signing in …') : t('Sign in'));
    if (isTrying) write(fault, problem ? problemText(model.state) : '');
    else if (refusal?.isToken) write(fault, t('You were signed out. Please sign in again.'));
    else write(fault, refusal ? t('The name or the password is wrong, or there were too many attempts.') : '');
    if (!isTrying && refusal) password.input.select();
  };
  const element = el('main', { class: 'door' },
    el('form', { on: { submit: (event) => { event.preventDefault(); submit(); } } },
      el('h1', {}, el('img', { src: '/chat/icon.svg', alt: '', width: 32, height: 32 }), 'Grapevine'),
      el('p', { class: 'dim' }, t('Messages within your company, on your own servers.')),
      name.element, password.element, fault, action),
    offerRegistration((made, chosen) => {
      name.input.value = made;
      password.input.value = chosen;
      submit();
    }),
    switchLanguage());
  // Not at once when something is submitted: what the engine makes of it is told by its next news.
  const stop = listen(['state'], () => {
    if (!element.isConnected) return stop();
    isTrying &&= model.state.phase !== 'signedOut';
    update();
  });
  queueMicrotask(() => {
    update();
    (name.input.value ? password : name).input.focus();
  });
  return element;
}
