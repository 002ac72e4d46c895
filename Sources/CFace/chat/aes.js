// AES-256 of single blocks (FIPS 197). The browser's own has no mode without a chain, and none at all on a page that
// came without encryption. The key of the protocol is in every client, so it hides nothing: it is a form of writing.

const [box, inverseBox] = makeBoxes();

function makeBoxes() {
  const forward = new Uint8Array(256);
  const backward = new Uint8Array(256);
  let p = 1;
  let q = 1;
  do {
    // p runs through the field by 3, q by its inverse.
    p ^= (p << 1) ^ (p & 0x80 ? 0x11b : 0);
    q ^= q << 1;
    q ^= q << 2;
    q ^= q << 4;
    q &= 0xff;
    if (q & 0x80) q ^= 0x09;
    const turned = q ^ turn(q, 1) ^ turn(q, 2) ^ turn(q, 3) ^ turn(q, 4);
    forward[p] = (turned ^ 0x63) & 0xff;
    backward[forward[p]] = p;
  } while (p !== 1);
  forward[0] = 0x63;
  backward[0x63] = 0;
  return [forward, backward];
}

function turn(byte, count) { return ((byte << count) | (byte >> (8 - count))) & 0xff; }

const double = (byte) => ((byte << 1) ^ (byte & 0x80 ? 0x1b : 0)) & 0xff;

function times(byte, factor) {
  let [sum, power] = [0, byte];
  for (let rest = factor; rest; rest >>= 1) {
    if (rest & 1) sum ^= power;
    power = double(power);
  }
  return sum;
}

const rounds = 14;

/** The keys of all rounds from one of 32 bytes. */
export function expandKey(key) {
  const words = new Uint8Array(16 * (rounds + 1));
  words.set(key);
  let constant = 1;
  for (let at = 32; at < words.length; at += 4) {
    let word = words.slice(at - 4, at);
    if (at % 32 === 0) {
      word = Uint8Array.of(box[word[1]] ^ constant, box[word[2]], box[word[3]], box[word[0]]);
      constant = double(constant);
    } else if (at % 32 === 16) word = word.map((byte) => box[byte]);
    for (let index = 0; index < 4; index += 1) words[at + index] = words[at + index - 32] ^ word[index];
  }
  return words;
}

function addKey(block, keys, round) {
  for (let index = 0; index < 16; index += 1) block[index] ^= keys[round * 16 + index];
}

/** Each row of the block, which stands in columns, turns by its number. */
function shiftRows(block, direction) {
  const before = block.slice();
  for (let index = 0; index < 16; index += 1) block[index] = before[(index + direction * 4 * (index % 4) + 16) % 16];
}

function mixColumns(block, factors) {
  for (let at = 0; at < 16; at += 4) {
    const column = block.slice(at, at + 4);
    for (let row = 0; row < 4; row += 1) {
      block[at + row] = factors.reduce((sum, factor, index) => sum ^ times(column[(row + index) % 4], factor), 0);
    }
  }
}

/** Encrypts 16 bytes in place. */
export function encryptBlock(block, keys) {
  addKey(block, keys, 0);
  for (let round = 1; round <= rounds; round += 1) {
    for (let index = 0; index < 16; index += 1) block[index] = box[block[index]];
    shiftRows(block, 1);
    if (round < rounds) mixColumns(block, [2, 3, 1, 1]);
    addKey(block, keys, round);
  }
}

/** Decrypts 16 bytes in place. */
export function decryptBlock(block, keys) {
  for (let round = rounds; round >= 1; round -= 1) {
    addKey(block, keys, round);
    if (round < rounds) mixColumns(block, [14, 11, 13, 9]);
    shiftRows(block, -1);
    for (let index = 0; index < 16; index += 1) block[index] = inverseBox[block[index]];
  }
  addKey(block, keys, 0);
}
