// Names for requests and sends.

/** 32 hexadecimal digits. Not `randomUUID`, which browsers have for encrypted connections only. */
export function newKey() {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('');
}
