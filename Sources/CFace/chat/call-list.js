// The calls of this user, the latest first, also those from other devices.

import { avatar } from './avatar.js';
import { startCall } from './call.js';
import { show } from './dialog.js';
import { button, el, mark, write } from './dom.js';
import { go } from './frame.js';
import { request } from './host.js';
import { cameraIcon, phoneIcon } from './icons.js';
import { model, nameOf } from './model.js';
import { minutes } from './recorder.js';
import { fullTime, shortTime } from './times.js';
import { t } from './words.js';

const page = 30;
const outcomes = ['answered', 'refused', 'busy', 'away', 'noAnswer', 'cancelled', 'lost'];

export function showCalls() {
  const list = el('ul', { class: 'calls-list' });
  const note = el('p', { class: 'note', role: 'status' });
  const more = button(t('More'), () => load(), { hidden: true });
  const dialog = show(t('Calls'), 'sheet', list, note, el('div', { class: 'actions' }, more));
  let last = 0;

  async function load() {
    write(note, t('Loading …'));
    const answer = await request('avCallLogReq', { before: last, limit: page });
    write(note, '');
    if (!answer) return write(note, t('The server does not answer.'));
    for (const entry of answer.calls) list.append(line(entry, dialog.close));
    last = answer.calls.at(-1)?.number ?? last;
    mark(more, 'hidden', answer.calls.length < page);
    if (!list.children.length) write(note, t('No calls yet.'));
  }

  load();
}

function line({ fromID, toID, isVideo, began, answered, ended, outcome }, close) {
  const isOwn = fromID === model.state.me;
  const peer = isOwn ? toID : fromID;
  const face = avatar();
  face.update(`u${peer}`, nameOf(peer));
  const kind = outcomes[outcome] ?? 'under way';
  const isMissed = !isOwn && !answered && ended !== undefined && kind !== 'refused';
  const words = wordsFor({ kind, isOwn, isMissed, seconds: answered && ended ? ended - answered : 0 });
  const again = (withCamera) => {
    close();
    go(`u${peer}`);
    startCall(peer, withCamera);
  };
  return el('li', { 'data-missed': isMissed },
    el('button', { type: 'button', class: 'row', on: { click: () => { close(); go(`u${peer}`); } } },
      face.element,
      el('span', { class: 'lines' },
        el('span', { class: 'line' }, el('strong', {}, nameOf(peer)),
          el('time', { title: fullTime(began) }, shortTime(began))),
        el('span', { class: 'line' }, el('span', { class: 'last' }, `${isOwn ? '↗' : '↙'} ${words}`)))),
    button(isVideo ? cameraIcon() : phoneIcon(), () => again(Boolean(isVideo)), {
      class: 'quiet', 'aria-label': t('Call {name}', { name: nameOf(peer) }), title: t('Call'),
    }));
}

function wordsFor({ kind, isOwn, isMissed, seconds }) {
  if (isMissed) return t('Missed call');
  switch (kind) {
    case 'answered': return t('Call, {time}', { time: minutes(seconds) });
    case 'refused': return t('Declined call');
    case 'cancelled': return t('Cancelled call');
    case 'lost': return t('Call that broke off');
    case 'under way': return t('Under way');
    default: return isOwn ? t('Nobody answered') : t('Missed call');
  }
}
