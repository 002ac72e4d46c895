// One file on its way to the cluster, part by part: each is safe when it is acknowledged, and whichever node answers
// takes the next one.

/** A server that takes or says nothing for so long is gone. */
const patience = 30_000;
const pause = 1_000;
const longPause = 5_000;

/**
 * Gives `{ isStored: true }`, `{ fault }`, or `{}` when it was stopped.
 * - access: asks the session for a token, and where its node is: the answer, or null while there is no connection.
 * - told: gets how many bytes are there. - signal: ends it.
 */
export async function carry({ task, blob }, { access, told, signal }) {
  let pass = null;
  let received = null;
  let isElsewhere = false;
  while (!signal.aborted) {
    if (!pass) {
      const answer = await access(task);
      if (answer?.resultCode === 1) return { fault: 'gone' };
      if (answer?.resultCode === 2) return { fault: 'nowhere' };
      pass = answer?.token ? answer : null;
      if (!pass) {
        await wait(pause, signal);
        continue;
      }
    }
    const place = isElsewhere && mayGoTo(pass.url) ? pass.url : `${self.location.origin}/`;
    const request = { url: `${place}files/${task}/`, token: pass.token, signal };
    let reply;
    try {
      reply = await step(request, blob, received, pass.partSize, told);
    } catch {
      // A file may have been moved or changed on the disk since it was chosen.
      return signal.aborted ? {} : { fault: 'unread' };
    }
    switch (reply.status) {
      case 200: case 409:
        if (reply.state === 'stored') return { isStored: true };
        received = reply.received;
        told(received);
        break;
      case 202: await wait(pause, signal); break;
      case 401: pass = null; break;
      case 404: return { fault: 'gone' };
      case 429: case 503: await wait(longPause, signal); break;
      case 0:
        // The session may be at another node by now, which says where it is.
        [pass, received, isElsewhere] = [null, null, !isElsewhere];
        await wait(pause, signal);
        break;
      default: return { fault: 'refused' };
    }
  }
  return {};
}

/** Asks how much is there, brings the next part, or has all of them joined. */
async function step({ url, ...request }, blob, received, partSize, told) {
  if (received === null) return send('GET', `${url}parts`, request);
  if (received >= blob.size) return send('POST', `${url}store`, request);
  const bytes = await blob.slice(received, received + partSize).arrayBuffer();
  const digest = await digestOf(bytes);
  return send('PUT', `${url}parts/${received}`, { ...request, bytes, digest, told: (part) => told(received + part) });
}

/** Pages that came encrypted may only go to what is. */
export const mayGoTo = (url) => Boolean(url) && (self.location.protocol === 'http:' || url.startsWith('https:'));

/** As RFC 9530 has it; null on pages that browsers let compute none. */
async function digestOf(bytes) {
  if (!self.crypto.subtle) return null;
  const digest = new Uint8Array(await self.crypto.subtle.digest('SHA-256', bytes));
  return `sha-256=:${btoa(String.fromCharCode(...digest))}:`;
}

/** `{ status, state, received }`; status 0: nobody answered. */
function send(method, url, { token, signal, bytes, digest, told }) {
  return new Promise((resolve) => {
    const request = new XMLHttpRequest();
    let timer;
    const stop = () => request.abort();
    const end = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', stop);
      resolve({ ...read(request), status: request.status });
    };
    const hold = () => {
      clearTimeout(timer);
      timer = setTimeout(stop, patience);
    };
    signal.addEventListener('abort', stop);
    if (told) request.upload.onprogress = ({ loaded }) => { hold(); told(loaded); };
    request.onloadend = end;
    request.open(method, url);
    request.setRequestHeader('Authorization', `Bearer ${token}`);
    if (digest) request.setRequestHeader('Content-Digest', digest);
    hold();
    request.send(bytes);
  });
}

function read({ responseText }) {
  try {
    return JSON.parse(responseText);
  } catch {
    return {};
  }
}

const wait = (time, signal) => new Promise((resolve) => {
  const end = () => {
    clearTimeout(timer);
    signal.removeEventListener('abort', end);
    resolve();
  };
  const timer = setTimeout(end, time);
  signal.addEventListener('abort', end);
});
