// node make-cases.mjs COUNT > cases.jsonl: random texts, their normal form, pieces and token ids by the shortest possible
// second implementation (JavaScript's own normalisation and regular expressions, merging by repeated search).
import { readFileSync } from 'node:fs';

const folder = new URL('../../../LeVo.Testing/Goldens/qwen2/', import.meta.url);
const vocabulary = JSON.parse(readFileSync(new URL('vocab.json', folder), 'utf8'));
const ranks = new Map(readFileSync(new URL('merges.txt', folder), 'utf8').split('\n')
  .filter(line => line && !line.startsWith('#')).map((line, rank) => [line, rank]));
const pattern = new RegExp(String.raw`'(?:[sSſ]|[tT]|[rR][eE]|[vV][eE]|[mM]|[lL][lL]|[dD])|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}|`
  + String.raw` ?[^\p{White_Space}\p{L}\p{N}]+[\r\n]*|\p{White_Space}*[\r\n]+|\p{White_Space}+(?!\P{White_Space})|\p{White_Space}+`, 'gu');
const symbols = [];
for (let b = 0, next = 256; b < 256; b++)
  symbols.push(String.fromCharCode((b >= 33 && b <= 126) || (b >= 161 && b <= 172) || b >= 174 ? b : next++));

function ids(piece) {
  let word = [...Buffer.from(piece, 'utf8')].map(b => symbols[b]);
  for (;;) {
    const pairs = word.slice(1).map((right, i) => word[i] + ' ' + right).filter(pair => ranks.has(pair));
    if (pairs.length === 0) return word.map(symbol => vocabulary[symbol]);
    const best = pairs.reduce((a, b) => ranks.get(b) < ranks.get(a) ? b : a), merged = [];
    for (let i = 0; i < word.length; i++)
      merged.push(i + 1 < word.length && word[i] + ' ' + word[i + 1] === best ? word[i] + word[++i] : word[i]);
    word = merged;
  }
}

let state = 12345;
const random = n => (state = (Math.imul(state, 1103515245) + 12345) >>> 0, Math.floor(state / 2 ** 32 * n));
const pick = list => list[random(list.length)];
const sources = [
  () => pick([...' \t\r\n\u000b\f\u0085\u00a0\u1680\u2003\u2028\u3000   \n\n  ']),
  () => pick([..."''''sStTrRvVmMlLdDeEſ"]),
  () => pick(["'s", "'RE", "'ll", "'Ve", "don't", 'I\'M', '##', '# #', '. ', '...', '..', ' ;', '[verse]', ', ']),
  () => String.fromCharCode(32 + random(95)),
  () => pick(['the', ' song', ' light', 'ing', ' river', 'oh', ' tion', '我们', '春天', '的', 'する', '노래', ' пес', 'ня', 'ça']),
  () => String.fromCodePoint(0xc0 + random(0x260)),
  () => String.fromCodePoint(0x300 + random(0x70)),
  () => pick([...'éÅÅÅΩΩ각각각가ﬁ½Ⅷ١२３𝟘𐄇']),
  () => pick(['e\u0301', 'a\u0323\u0302', 'a\u0302\u0323', 'q\u0307\u0323', '\u1112\u1161\u11ab', '\uac00\u11a8', '\u0344', '\u0958',
    '\u05e9\u05c1\u05bc', '\ufb2a', '\u0b92\u0bd7', '\u09c7\u09be', '\u2adc', '\u0f73', '\u{1d15e}', '\u{11099}\u{110ba}']),
  () => pick(['𠮷', '𝒜', '🎵', '👩‍🎤', '🇫🇷', '𐐷', '🎶 ', ' 𠮷', '\u200d', '\ufeff', '\u{2f800}', '\u{2fa1d}']),
  () => String.fromCodePoint(0x4e00 + random(0x5000)),
  () => String.fromCodePoint(0x3040 + random(0xc0)),
  () => String.fromCodePoint(0xac00 + random(0x2ba0)),
  () => String.fromCodePoint(0x370 + random(0x1000)),
];
for (let count = Number(process.argv[2]); count > 0; count--) {
  let text = '';
  const few = [pick(sources), pick(sources), pick(sources)];
  for (let length = 1 + random(24); length > 0; length--) text += pick(few)();
  if (/[\p{Cn}\u0870-\u08ff\u0c5c\u0cdc\u0cf3\u0ece]/u.test(text)) continue; // unassigned, or since Unicode 15 only
  const nfc = text.normalize('NFC'), pieces = nfc.match(pattern) ?? [];
  console.log(JSON.stringify({ text, nfc, pieces, ids: pieces.flatMap(ids) }));
}
