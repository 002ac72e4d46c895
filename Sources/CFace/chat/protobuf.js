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

function zero(type) {
  if (type === 'number') return 0;
  if (type === 'text') return '';
  return type === 'bytes' ? new Uint8Array() : {};
}

function writeField(bytes, number, type, value) {
  if (type === 'number') {
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
    const tag = readVarint(input);
    const field = fields.get(Math.floor(tag / 8));
    const wire = tag % 8;
    if (!field || wire !== (field.type === 'number' ? wireVarint : wireBytes)) {
      if (field?.type === 'number' && field.label === 'repeated' && wire === wireBytes) {
        const packed = slice(input);
        while (packed.at < packed.end) message[field.name].push(readNumber(packed));
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
  if (type === 'number') return readNumber(input);
  const part = slice(input);
  if (typeof type === 'function') return read(type(), part);
  const bytes = input.bytes.subarray(part.at, part.end);
  return type === 'text' ? fromUTF8.decode(bytes) : bytes.slice();
}

/** Of 32 bits; what is longer keeps its lower ones, as everywhere. */
const readNumber = (input) => readVarint(input) % 2 ** 32;

function readVarint(input) {
  let value = 0;
  let scale = 1;
  for (let count = 0; count < 10; count += 1) {
    if (input.at >= input.end) throw new RangeError('The message ends within a number.');
    const byte = input.bytes[input.at];
    input.at += 1;
    // Above 2^53 nothing is exact; the lower 32 bits, which are all that is used, are read before that.
    if (scale < 2 ** 49) value += (byte & 0x7f) * scale;
    scale *= 0x80;
    if (byte < 0x80) return value;
  }
  throw new RangeError('A number is too long.');
}

function slice(input) {
  const length = readVarint(input);
  if (length > input.end - input.at) throw new RangeError('The message ends within a field.');
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
