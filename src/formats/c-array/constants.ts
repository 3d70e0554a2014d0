/** The values of integer and character constants of C and C++. */

/** Beyond any element that could be a byte, and exact. */
const MAX_VALUE = 2 ** 40;
const SUFFIX = /^[uUlLzZ]{0,4}$/;

const ESCAPES: Readonly<Record<string, number>> = {
  a: 7,
  b: 8,
  t: 9,
  n: 10,
  v: 11,
  f: 12,
  r: 13,
  "'": 0x27,
  '"': 0x22,
  '?': 0x3f,
  '\\': 0x5c,
};

function digitOf(code: number): number {
  if (code >= 0x30 && code <= 0x39) return code - 0x30;
  const lower = code | 0x20;
  return lower >= 0x61 && lower <= 0x66 ? lower - 0x61 + 10 : 99;
}

function radixOf(text: string, start: number, end: number): { radix: number; from: number } {
  if (text[start] !== '0' || end - start < 2) return { radix: 10, from: start };
  const mark = text.charCodeAt(start + 1) | 0x20;
  if (mark === 0x78) return { radix: 16, from: start + 2 };
  if (mark === 0x62) return { radix: 2, from: start + 2 };
  return { radix: 8, from: start };
}

/** `28`, `0x1c`, `034`, `0b11100`, with digit separators and suffixes; undefined for anything else. */
export function integerValue(text: string, start: number, end: number): number | undefined {
  const { radix, from } = radixOf(text, start, end);
  let value = 0;
  let at = from;
  let digits = 0;
  for (; at < end; at++) {
    const code = text.charCodeAt(at);
    if (code === 0x27) continue;
    const digit = digitOf(code);
    if (digit >= radix) break;
    value = value * radix + digit;
    digits++;
    if (value > MAX_VALUE) return undefined;
  }
  if (digits === 0 || (at < end && !SUFFIX.test(text.slice(at, Math.min(end, at + 5))))) return undefined;
  return value;
}

/** `'A'`, `'\n'`, `'\x1c'`, `'\034'`; undefined for anything else. */
export function characterValue(text: string, start: number, end: number): number | undefined {
  if (end - start < 3 || end - start > 8 || text[end - 1] !== "'") return undefined;
  const inside = text.slice(start + 1, end - 1);
  if (inside.length === 1 && inside !== '\\') return inside.charCodeAt(0);
  if (/^\\x[0-9a-fA-F]{1,4}$/.test(inside)) return Number.parseInt(inside.slice(2), 16);
  if (/^\\[0-7]{1,3}$/.test(inside)) return Number.parseInt(inside.slice(1), 8);
  return inside.length === 2 && inside[0] === '\\' && Object.hasOwn(ESCAPES, inside[1])
    ? ESCAPES[inside[1]]
    : undefined;
}
