// One picture on its way to a server, in a form as the image server of the original takes it.

import { digestIn } from './media.js';

/** A server that takes or says nothing for so long is gone. */
const patience = 30_000;

/**
 * Gives `{ address }`, or `{ fault }`: a name that the page has words for. - place: of the server, with a slash at its
 * end. - token: says whose it is. - original: the address of the picture of which this is a small one. - told: gets how
 * much of it is there, from 0 to 1. - signal: ends it; then the fault is `stopped`.
 */
export async function upload(blob, name, { place, token, original, told, signal }) {
  let bytes;
  try {
    // A file may have been moved or changed on the disk since it was chosen.
    bytes = await blob.arrayBuffer();
  } catch {
    return { fault: 'gone' };
  }
  if (signal?.aborted) return { fault: 'stopped' };
  const form = new FormData();
  form.append('file', new Blob([bytes], { type: blob.type }), name);
  const query = new URLSearchParams({
    ...(token ? { token } : {}), ...(original ? { thumbnail_of: digestIn(original) } : {}),
  });
  return new Promise((resolve) => send(form, { url: `${place}upload?${query}`, told, signal, resolve }));
}

function send(form, { url, told, signal, resolve }) {
  const request = new XMLHttpRequest();
  let timer;
  const stop = () => request.abort();
  const end = (result) => {
    clearTimeout(timer);
    signal?.removeEventListener('abort', stop);
    resolve(result);
  };
  const wait = () => {
    clearTimeout(timer);
    timer = setTimeout(stop, patience);
  };
  signal?.addEventListener('abort', stop);
  request.upload.onprogress = ({ loaded, total }) => {
    wait();
    told(total > 0 ? loaded / total : 0);
  };
  request.onload = () => end(resultOf(request));
  request.onerror = () => end({ fault: 'unreachable' });
  request.onabort = () => end({ fault: signal?.aborted ? 'stopped' : 'unreachable' });
  request.open('POST', url);
  wait();
  request.send(form);
}

function resultOf({ status, responseText }) {
  try {
    const { error_code: code, url } = JSON.parse(responseText);
    if (code === 0 && url) return { address: url };
    return { fault: codes.get(code) ?? 'refused' };
  } catch {
    return { fault: status === 404 || status === 405 ? 'noPictures' : 'refused' };
  }
}

/** Of the server (UploadRefusal). */
const codes = new Map([[1, 'tooLarge'], [13, 'notAllowed'], [14, 'tooMany'], [15, 'unavailable']]);
