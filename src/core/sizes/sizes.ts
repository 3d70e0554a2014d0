/** Sizes and counts as people write them: `64k`, `1.5M`, `4096`. Exact, or refused. */

/** One table for both: bytes count in 1024s, everything else in 1000s. */
const BASE = { bytes: 1024n, count: 1000n } as const;
const POWERS: Readonly<Record<string, bigint>> = { '': 0n, k: 1n, K: 1n, M: 2n };

/** What a size looks like, for schemas; whether it is whole, only parsing tells. */
export const SIZE_PATTERN = /^\d{1,15}(?:\.\d{1,9})?[kKM]?$/;

function parse(text: string, base: bigint): number | undefined {
  if (!SIZE_PATTERN.test(text)) return undefined;
  const [, whole, fraction = '', unit] = /^(\d+)(?:\.(\d+))?([kKM]?)$/.exec(text) as RegExpExecArray;
  const scaled = BigInt(whole + fraction) * base ** POWERS[unit];
  const divisor = 10n ** BigInt(fraction.length);
  if (scaled % divisor !== 0n) return undefined;
  const value = Number(scaled / divisor);
  return Number.isSafeInteger(value) ? value : undefined;
}

/** Bytes: k is 1024, M is 1024². Undefined for anything else, and for what is no whole number of bytes. */
export function parseByteSize(text: string): number | undefined {
  return parse(text, BASE.bytes);
}

/** A number of things: k is 1000, M is a million. Undefined for anything else, and for what is not whole. */
export function parseCount(text: string): number | undefined {
  return parse(text, BASE.count);
}
