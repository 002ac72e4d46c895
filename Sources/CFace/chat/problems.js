// What is wrong with the connection, or with a picture or a file on its way, in words.

import { t } from './words.js';

const texts = {
  unreachable: 'The server does not answer.',
  silent: 'The server does not answer.',
  lost: 'The connection was lost.',
  drained: 'The server is being replaced.',
  busy: 'The server takes nobody now.',
};

/** - state: of the model. Empty: all is well. */
export function problemText({ phase, problem, until }) {
  if (phase === 'online' || phase === 'signedOut' || phase === 'starting') return '';
  const reason = problem ? `${t(texts[problem])} ` : '';
  if (phase !== 'waiting') return reason + t('Connecting …');
  const seconds = Math.ceil((until - Date.now()) / 1000);
  return reason + (seconds > 1 ? t('Trying again in {n} s.', { n: seconds }) : t('Connecting …'));
}

export const allTexts = () => Object.values(texts).map((text) => t(text));

/** - fault: of `upload`. */
export function uploadFault(fault) {
  switch (fault) {
    case 'unreachable': return t('The server does not answer.');
    case 'gone': return t('The picture is not on this device any more: choose it again.');
    case 'tooLarge': return t('This picture is too large.');
    case 'tooMany': return t('Too many pictures at once, or more than one may store. Try again later.');
    case 'notAllowed': return t('The server takes pictures only from where somebody has signed in.');
    case 'noPictures': return t('This server takes no pictures.');
    case 'unavailable': return t('The server takes no pictures now. Try again later.');
    default: return t('The server does not take it.');
  }
}

/** - fault: of a file (`Transfers`). */
export function fileFault(fault) {
  switch (fault) {
    case 'gone': return t('The server has this file no more: it was taken back, or its time is over.');
    case 'nowhere': return t('This server takes no files.');
    case 'noReceiver': return t('There is nobody who could get it.');
    case 'overQuota': return t('You have sent as much as one may in a day. Try again tomorrow.');
    case 'receiverIsFull': return t('So many files wait there that there is no room for more.');
    case 'longName': return t('Its name is too long.');
    case 'unread': return t('The page cannot read it any more: choose it again, and it goes on where it was.');
    default: return t('The server does not take it.');
  }
}
