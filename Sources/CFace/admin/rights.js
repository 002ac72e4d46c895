// What a token may do: buttons for the rest are there, say why not, and do nothing.

import { session } from './session.js';
import { t } from './words.js';

/** Attributes of a button that needs a scope. Without an answer of the node nothing is held back. */
export function needs(scope) {
  if (!session.scopes || session.scopes.includes(scope)) return {};
  const text = t('This token may not do that: it lacks the scope “{scope}”.', { scope });
  return { disabled: true, title: text };
}

/** What the token lacks, for all who look; `null`: nothing. */
export function lacks() {
  const missing = ['write', 'ops'].filter((scope) => session.scopes && !session.scopes.includes(scope));
  if (!missing.length) return null;
  return t('This token lacks: {scopes}. What needs that is refused.', { scopes: missing.join(', ') });
}
