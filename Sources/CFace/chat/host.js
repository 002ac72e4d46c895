// From a page to the engine: in a shared worker where the browser has them, otherwise in the page itself.

/** Beside this file, so that each version of the page has an engine that fits it. */
const workerScript = new URL('worker.js', import.meta.url).pathname;

/** The only scripts that are named by a text: no other text becomes one. */
const scripts = [workerScript, '/service-worker.js'];
const allow = (url) => {
  if (!scripts.includes(url)) throw new TypeError('No such script.');
  return url;
};
const policy = self.trustedTypes?.createPolicy('workers', { createScriptURL: allow }) ?? { createScriptURL: allow };

let send;
let ticket = 0;
const waiting = new Map();

/** - hear: gets all news. */
export async function connect(hear) {
  const told = (event) => {
    if (event.is !== 'answer') return hear(event);
    waiting.get(event.ticket)?.(event.answer);
    waiting.delete(event.ticket);
  };
  if (!('SharedWorker' in self)) return carry(told);
  const options = { type: 'module', name: 'grapevine' };
  const { port } = new SharedWorker(policy.createScriptURL(workerScript), options);
  send = (message) => port.postMessage(message);
  port.onmessage = ({ data }) => told(data);
  addEventListener('pagehide', () => wish('bye'));
  if (await areWorkersTrusted()) return;
  wish('bye');
  port.onmessage = null;
  await carry(told);
}

/** The engine in the page itself. */
async function carry(told) {
  const { Engine } = await import('./engine.js');
  const engine = new Engine();
  send = (message) => engine.wish(told, message);
  await engine.add(told);
}

/**
 * Installs what the page starts from without a network; browsers have that on encrypted pages and on their own machine
 * only. `false`: the user has let a certificate pass, which Chromium takes for the page, and not for its workers.
 */
async function areWorkersTrusted() {
  try {
    await navigator.serviceWorker?.register(policy.createScriptURL('/service-worker.js'));
    return true;
  } catch ({ name }) {
    return location.protocol !== 'https:' || name !== 'SecurityError';
  }
}

export function wish(name, values = {}) { send({ wish: name, ...values }); }

/** Asks the server something; null: it did not answer, and nobody knows whether it was done. */
export function request(name, message) {
  ticket += 1;
  const number = ticket;
  return new Promise((resolve) => {
    waiting.set(number, resolve);
    wish('request', { ticket: number, name, message });
  });
}
