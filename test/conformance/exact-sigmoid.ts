/** Sigmoid and tanh of int16 by their table, in exact integers. */

/** Points of the sigmoid, 24 for each unit of x, less half of the error of a line between two of them. */
const SIGMOID = Array.from({ length: 256 }, (_, i) => {
  const point = (x: number): number => 65536 / (1 + Math.exp(-x / 24));
  const chord = (point(i) + point(i + 1)) / 2;
  return i === 255 ? 65535n : BigInt(Math.round(point(i) - (chord - point(i + 0.5)) / 2));
});

/** Of x · 3 · 2^12, in 15 fractional bits; tanh as twice the sigmoid of twice the value, less 1. */
export function activated(kind: 'sigmoid' | 'tanh', x: bigint): bigint {
  const bits = kind === 'sigmoid' ? 9n : 8n;
  const size = x < 0n ? -x : x;
  const at = Number(size >> bits);
  const one = 1n << (16n + bits);
  const most = kind === 'sigmoid' ? 0x7fffn << 10n : 0xffffn << 8n;
  const between = (): bigint =>
    (SIGMOID[at] << bits) + (size & ((1n << bits) - 1n)) * (SIGMOID[at + 1] - SIGMOID[at]);
  const positive = at >= 255 ? most : between();
  if (kind === 'sigmoid') return (x >= 0n ? positive + 512n : one - positive + 511n) >> 10n;
  return (x >= 0n ? positive - one / 2n + 128n : one / 2n - positive + 127n) >> 8n;
}

/** x / 2^bits, ties toward +∞. */
export function divideUp(x: bigint, bits: number): bigint {
  return bits === 0 ? x : (x + (1n << BigInt(bits - 1))) >> BigInt(bits);
}
