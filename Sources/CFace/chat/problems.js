// What is wrong with the connection, in words.

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
