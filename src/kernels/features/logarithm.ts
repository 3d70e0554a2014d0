/** `FilterbankLog` and `Log32` of TensorFlow Lite Micro. */

/** ln 2 · 2^16. */
const LN2 = 45426;

/**
 * 64 · ln x of an integer from 2 up to 2^32, rounded; `excess` has for i / 128 how far log2(1 + i / 128) lies above it, times
 * 2^16. Between those TFLM's slope is 2^7 times too small for a straight line: it gives steps, up to 0.15 off.
 */
export function logarithm(x: number, excess: Uint16Array): number {
  const digits = 31 - Math.clz32(x);
  // What follows the first binary digit, 16 places of it.
  const rest = (digits < 16 ? x << (16 - digits) : x >>> (digits - 16)) & 0xffff;
  const segment = rest >> 9;
  const low = excess[segment];
  const log2 = digits * 65536 + rest + low + (((excess[segment + 1] - low) * (rest & 511)) >> 16);
  // Below 2^37, so a double in place of uint64.
  const loge = Math.floor((LN2 * log2 + 32768) / 65536);
  return (loge * 64 + 32768) >>> 16;
}

/** The logarithms of all channels, which are shifted to the left by `bits` before; 0 for 0 and 1. */
export function logarithms(channels: Uint32Array, bits: number, excess: Uint16Array, into: Int16Array): void {
  for (let i = 0; i < channels.length; i++) {
    const scaled = (channels[i] << bits) >>> 0;
    into[i] = scaled > 1 ? logarithm(scaled, excess) : 0;
  }
}
