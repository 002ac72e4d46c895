// Asks the administration API of the node that this page came from.

import { newKey } from './key.js';
import { session } from './session.js';
import { t } from './words.js';

const patience = 8000;

/** Why a request was not done, in the words of the node where it has some. */
export class Refusal extends Error {
  constructor(status, code, message, details = {}) {
    super(message);
    this.status = status;
    this.code = code;
    this.details = details;
  }

  /** There is no such page at all, or it cannot ask other nodes: an older version. */
  get isMissing() {
    return (this.status === 404 && this.code === 'not_found')
      || (this.code === 'invalid_request' && this.details.parameter === 'node');
  }
}

/** Called when a token that was good is so no more. */
let onStranger = () => {};
export function whenStranger(action) { onStranger = action; }

export const get = (path, query) => send('GET', path, { query });
/** - key: the same request under the same key is done once. */
export const post = (path, body, key = newKey()) => send('POST', path, { body, key });
export const put = (path, body) => send('PUT', path, { body });
export const patch = (path, body) => send('PATCH', path, { body });
export const remove = (path, query) => send('DELETE', path, { query });

async function send(method, path, { query, body, key }) {
  const token = session.token;
  const headers = { Authorization: `Bearer ${token}` };
  if (body !== undefined) headers['Content-Type'] = 'application/json';
  if (key) headers['Idempotency-Key'] = key;
  const given = Object.entries(query ?? {}).filter(([, value]) => value !== undefined && value !== '');
  const url = given.length ? `${path}?${new URLSearchParams(given)}` : path;
  let answer, json;
  try {
    answer = await fetch(url, {
      method, headers, signal: AbortSignal.timeout(patience),
      body: body === undefined ? undefined : JSON.stringify(body),
    });
    json = await answer.json();
  } catch (error) {
    // A token with characters that no header can have never leaves the browser.
    if (error instanceof TypeError && !isHeader(token)) throw new Refusal(401, 'unauthorized', strangerText());
    throw new Refusal(0, 'no_answer', t('This node does not answer.'));
  }
  if (answer.ok) return json;
  const { code = 'unknown', message: said = answer.statusText, details = {} } = json?.error ?? {};
  const message = translated(code, said);
  if (answer.status === 401) {
    if (session.token === token) onStranger(strangerText());
    throw new Refusal(401, code, strangerText());
  }
  if (answer.status === 403) {
    throw new Refusal(403, code, t('This token may not do that: it lacks the scope “{scope}”.', details), details);
  }
  throw new Refusal(answer.status, code, message, details);
}

/** Nodes speak English; what they say of one value is shown as well. */
function translated(code, said) {
  const words = t(code);
  if (words === code) return said;
  return code === 'invalid_request' ? `${words}${said}` : words;
}

const isHeader = (text) => /^[\x20-\x7e]*$/.test(text ?? '');
const strangerText = () => t('This token is not known here, or it was revoked.');
