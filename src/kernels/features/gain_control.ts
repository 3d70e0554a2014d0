/** `ApplyPcanAutoGainControlFixed` of TensorFlow Lite Micro. */

/** `WideDynamicFunction`: what the gain table says of a number, as uint32 of the int16. */
function gainAt(gains: Int16Array, x: number): number {
  if (x <= 1) return gains[x] >>> 0;
  const bits = 32 - Math.clz32(x);
  const row = 3 * bits - 4;
  // Ten digits behind the first; two are exactly the number where its parabola begins.
  const rest = (bits < 11 ? x << (11 - bits) : x >>> (bits - 11)) & 0x3ff;
  const curve = ((gains[row + 2] * rest) >> 5) + (gains[row + 1] << 5);
  const step = (Math.imul(curve, rest) + (1 << 14)) >> 15;
  return (((step + gains[row]) << 16) >> 16) >>> 0;
}

/** (a · b / 2^`shift`) modulo 2^32 of uint32, for a shift from 1 to 31; no double holds all of the product. */
function productShifted(a: number, b: number, shift: number): number {
  const low = a * (b & 0xffff);
  const high = a * (b >>> 16);
  const word = low + (high % 65536) * 65536;
  const upper = Math.floor(high / 65536) + Math.floor(word / 2 ** 32);
  return ((upper << (32 - shift)) | ((word >>> 0) >>> shift)) >>> 0;
}

/** `PcanShrink`: x² / 4 below 2, x − 1 above; from 12 bits behind the point to 6. */
function shrink(x: number): number {
  return x < 2 << 12 ? Math.imul(x, x) >>> 20 : (x >>> 6) - (1 << 6);
}

/** Multiplies channels by what the gain table says of their noise; `ratioShift` leaves 12 bits behind the point. */
export function controlGain(
  channels: Uint32Array,
  noise: Uint32Array,
  gains: Int16Array,
  ratioShift: number,
): void {
  for (let i = 0; i < channels.length; i++) {
    channels[i] = shrink(productShifted(channels[i], gainAt(gains, noise[i]), ratioShift));
  }
}
