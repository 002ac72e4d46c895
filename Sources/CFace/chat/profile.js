// Cards of people, and one's own.

import { avatar } from './avatar.js';
import { startCall } from './call.js';
import { ask, show } from './dialog.js';
import { button, el } from './dom.js';
import { form } from './form.js';
import { go, keyInAddress } from './frame.js';
import { request, wish } from './host.js';
import { switchLanguage } from './language.js';
import { listed, listen, model, nameOf, titleOf } from './model.js';
import { awayState, turnOff, turnOn } from './away.js';
import { askForNotices, noticesAre } from './notices.js';
import { ownFace } from './own-face.js';
import { say } from './say.js';
import { t } from './words.js';

export function departmentOf(person) {
  const names = [];
  let department = model.departments.get(person.department);
  for (let depth = 0; department && depth < 9; depth += 1) {
    names.unshift(department.name);
    department = model.departments.get(department.parent);
  }
  return names.join(' / ');
}

function card(id) {
  const person = model.people.get(id);
  const face = avatar('large');
  const draw = () => face.update(`u${id}`, nameOf(id), model.online.has(id));
  draw();
  const stop = listen(['people'], () => (face.element.isConnected ? draw() : stop()));
  const facts = [
    [t('Name'), person?.name], [t('Department'), person && departmentOf(person)], [t('Phone'), person?.phone],
    [t('E-mail'), person?.email], [t('Number'), `#${id}`],
  ].filter(([, value]) => value);
  return el('div', { class: 'card' },
    el('div', { class: 'card-head' }, face.element,
      el('div', {}, el('h3', {}, nameOf(id)), person?.sign ? el('p', { class: 'dim' }, person.sign) : null)),
    el('dl', {}, facts.map(([label, value]) => el('div', {}, el('dt', {}, label), el('dd', {}, value)))));
}

export function showPerson(id) {
  if (id === model.state.me) return showOwnProfile();
  // Under a window that stays, as that of a group, neither the conversation nor a call could be reached.
  const close = () => { for (const each of document.querySelectorAll('dialog')) each.close(); };
  const act = (text, action, attributes = {}) => button(text, () => { close(); go(`u${id}`); action?.(); }, attributes);
  const hasLeft = model.people.get(id)?.hasLeft;
  return show(nameOf(id), 'sheet', card(id),
    el('div', { class: 'actions' }, act(t('Write'), null, { class: 'main' }),
      hasLeft ? null : act(t('Call'), () => startCall(id, false)),
      hasLeft ? null : act(t('Call with video'), () => startCall(id, true)),
      hideButton(`u${id}`, close)));
}

export function showOwnProfile() {
  const { me } = model.state;
  const person = model.people.get(me);
  const made = form([
    { name: 'signInfo', label: t('Signature'), value: person?.sign ?? '', max: 128 },
    { name: 'telephoneNum', label: t('Phone'), value: person?.phone ?? '', max: 32 },
    { name: 'emailAddress', label: t('E-mail'), value: person?.email ?? '', max: 64 },
  ], t('Save'), async (values) => {
    const answer = await request('changeUserInfoReq', values);
    if (!answer) throw new Error(t('The server does not answer. Look whether it was done before trying again.'));
    if (answer.resultCode !== 0) throw new Error(t('The server does not take it.'));
    say(t('Saved.'));
    dialog.close();
  });
  const notices = el('section', {}, el('h3', {}, t('Notices')));
  const drawNotices = () => {
    const text = {
      granted: t('This browser shows notices.'), denied: t('This browser is told to show no notices.'),
      none: t('Notices need a page that came encrypted.'),
    }[noticesAre()];
    notices.replaceChildren(notices.firstChild, text ? el('p', { class: 'dim' }, text)
      : button(t('Show notices of new messages'), async () => { await askForNotices(); drawNotices(); }));
  };
  drawNotices();
  const away = el('div', { class: 'told' });
  const drawAway = async () => {
    const state = await awayState();
    if (state === 'none' || noticesAre() === 'denied') return away.replaceChildren();
    const turn = state === 'on' ? turnOff : turnOn;
    const change = async () => {
      try {
        if (state === 'off') await askForNotices();
        await turn();
      } catch ({ message }) {
        say(message);
      }
      drawNotices();
      await drawAway();
    };
    return away.replaceChildren(
      el('p', { class: 'dim' }, state === 'on' ? t('You are told of messages also while this page is closed.')
        : t('While this page is closed you are told of nothing.')),
      button(state === 'on' ? t('Only while it is open') : t('Tell me also while it is closed'), change));
  };
  drawAway();
  const dialog = show(t('Your profile'), 'sheet', card(me), ownFace(), el('section', {}, made.element), notices, away,
    el('section', {}, el('h3', {}, t('Language')), switchLanguage()),
    el('section', {}, button(t('Sign out'), () => {
      dialog.close();
      ask(t('Sign out'), t('This device forgets your messages. They stay on the server.'), t('Sign out'),
        async () => {
          history.replaceState(null, '', location.pathname);
          await turnOff().catch(() => {});
          wish('signOut');
        });
    }, { class: 'danger' })));
  return dialog;
}

/** What takes a conversation out of the list, if it is there. - close: the window in which it stands. */
export function hideButton(key, close) {
  if (!listed().some((summary) => summary.key === key)) return null;
  const text = t(
    '“{title}” leaves your list until something new is said there. Nothing is deleted.', { title: titleOf(key) });
  return button(t('Remove from the list'), () => {
    close();
    ask(t('Remove from the list'), text, t('Remove'), async () => {
      wish('hide', { key });
      if (keyInAddress() === key) go(null);
    });
  });
}
