// Protocol Buffers, as far as the protocol needs them: the schemas are those of messages.js.

const wireVarint = 0;
const wireBytes = 2;
const utf8 = new TextEncoder();
const fromUTF8 = new TextDecoder();

/** The bytes of a message. What is required is always written, also when it is zero: old clients insist. */
export function encode(schema, message) {
  const bytes = [];
  for (const [name, [number, type, label]] of Object.entries(schema)) {
    const value = message[name];
    if (label === 'repeated') for (const item of value ?? []) writeField(bytes, number, type, item);
    else if (label === 'required' || (value !== undefined && value !== null)) {
      writeField(bytes, number, type, value ?? zero(type));
    }
  }
  return Uint8Array.from(bytes);
}

const isNumber = (type) => type === 'number' || type === 'long';

function zero(type) {
  if (isNumber(type)) return 0;
  if (type === 'text') return '';
  return type === 'bytes' ? new Uint8Array() : {};
}

function writeField(bytes, number, type, value) {
  if (isNumber(type)) {
    writeVarint(bytes, number * 8 + wireVarint);
    writeVarint(bytes, value);
    return;
  }
  const body = type === 'text' ? utf8.encode(value) : type === 'bytes' ? value : encode(type(), value);
  writeVarint(bytes, number * 8 + wireBytes);
  writeVarint(bytes, body.length);
  for (const byte of body) bytes.push(byte);
}

function writeVarint(bytes, value) {
  let rest = value;
  while (rest >= 0x80) {
    bytes.push(rest % 0x80 + 0x80);
    rest = Math.floor(rest / 0x80);
  }
  bytes.push(rest);
}

/**
 * A message from its bytes. What is required and absent is zero, as some servers leave zeros out; what is optional and
 * absent is undefined; what is unknown is skipped. Throws where the bytes are none of that.
 */
export function decode(schema, bytes) {
  return read(schema, { bytes, at: 0, end: bytes.length });
}

const byNumber = new WeakMap();

function fieldsOf(schema) {
  let fields = byNumber.get(schema);
  if (!fields) {
    fields = new Map(Object.entries(schema).map(([name, [number, type, label]]) => [number, { name, type, label }]));
    byNumber.set(schema, fields);
  }
  return fields;
}

function read(schema, input) {
  const fields = fieldsOf(schema);
  const message = {};
  for (const { name, type, label } of fields.values()) {
    if (label === 'repeated') message[name] = [];
    else if (label === 'required') message[name] = typeof type === 'function' ? undefined : zero(type);
  }
  while (input.at < input.end) {
    const tag = readVarint(input).low;
    const field = fields.get(Math.floor(tag / 8));
    const wire = tag % 8;
    if (!field || wire !== (isNumber(field.type) ? wireVarint : wireBytes)) {
      if (field && isNumber(field.type) && field.label === 'repeated' && wire === wireBytes) {
        const packed = slice(input);
        while (packed.at < packed.end) message[field.name].push(readNumber(field.type, packed));
      } else skip(input, wire);
      continue;
    }
    const value = readValue(field.type, input);
    if (field.label === 'repeated') message[field.name].push(value);
    else message[field.name] = value;
  }
  return message;
}

function readValue(type, input) {
  if (isNumber(type)) return readNumber(type, input);
  const part = slice(input);
  if (typeof type === 'function') return read(type(), part);
  const bytes = input.bytes.subarray(part.at, part.end);
  return type === 'text' ? fromUTF8.decode(bytes) : bytes.slice();
}

/** A number has 32 bits: of what is longer the lower ones count. A long one has 64, of which 53 can be read. */
function readNumber(type, input) {
  const { low, high } = readVarint(input);
  if (type === 'number') return low;
  if (high >= 2 ** 21) throw new RangeError('A number is too large to be exact.');
  return high * 2 ** 32 + low;
}

/** A number in two halves of 32 bits, as the whole may not be exact. */
function readVarint(input) {
  let low = 0;
  let high = 0;
  for (let shift = 0; shift < 70; shift += 7) {
    if (input.at >= input.end) throw new RangeError('The message ends within a number.');
    const byte = input.bytes[input.at];
    input.at += 1;
    const bits = byte & 0x7f;
    if (shift < 32) low += (bits * 2 ** shift) % 2 ** 32;
    if (shift + 7 > 32) high += shift < 32 ? Math.floor(bits * 2 ** shift / 2 ** 32) : bits * 2 ** (shift - 32);
    if (byte < 0x80) return { low, high };
  }
  throw new RangeError('A number is too long.');
}

function slice(input) {
  const { low: length, high } = readVarint(input);
  if (high > 0 || length > input.end - input.at) throw new RangeError('The message ends within a field.');
  const part = { bytes: input.bytes, at: input.at, end: input.at + length };
  input.at += length;
  return part;
}

function skip(input, wire) {
  if (wire === wireVarint) readVarint(input);
  else if (wire === wireBytes) slice(input);
  else if (wire === 1 || wire === 5) {
    input.at += wire === 1 ? 8 : 4;
    if (input.at > input.end) throw new RangeError('The message ends within a field.');
  } else throw new RangeError('A field has no known form.');
}
