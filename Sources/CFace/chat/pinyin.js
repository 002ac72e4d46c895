// The initials of Chinese names, by which they are searched: 张三 is found by “zs”.

// Of each letter the first syllable's first character in the order of the dictionary; no word begins with i, u or v.
const letters = 'abcdefghjklmnopqrstwxyz';
const firsts = [...'阿八嚓哒妸发旮哈讥咔垃痳拏噢妑七呥仨他屲夕丫帀'];
// Numbers within names by their value: u2 before u10.
const order = new Intl.Collator('zh-CN-u-co-pinyin', { numeric: true });

function initialOf(character) {
  if (!/\p{Script=Han}/u.test(character)) return /[a-z0-9]/i.test(character) ? character.toLowerCase() : '';
  let found = '';
  for (const [index, first] of firsts.entries()) {
    if (order.compare(character, first) < 0) break;
    found = letters[index];
  }
  return found;
}

export const initialsOf = (text) => [...text].map(initialOf).join('');

const known = new Map();

/** Whether one of the texts holds what is searched, or begins so in the initials of its characters. */
export function matches(search, texts) {
  const wanted = search.trim().toLowerCase();
  return texts.some((text) => {
    if (!text) return false;
    if (text.toLowerCase().includes(wanted)) return true;
    if (!known.has(text)) known.set(text, initialsOf(text));
    return known.get(text).startsWith(wanted);
  });
}

/** For sorting names of both scripts. */
export const compareNames = (one, other) => order.compare(one, other);
