// Why a call has ended, in words.

import { nameOf } from './model.js';
import { t } from './words.js';

export function endWords(reason, peer) {
  const name = nameOf(peer);
  switch (reason) {
    case 'refused': return t('{name} has declined.', { name });
    case 'busy': return t('{name} is in another call.', { name });
    case 'away': return t('{name} is offline.', { name });
    case 'noAnswer': return t('{name} does not answer.', { name });
    case 'impossible': return t('This call cannot be made: you are in another one, or there were too many just now.');
    case 'lost': return t('The connection to the server was lost, and the call with it.');
    case 'unreachable': return t('The two devices do not reach each other.');
    case 'broken': return t('The connection to the other device was lost.');
    default: return t('The call has ended.');
  }
}
