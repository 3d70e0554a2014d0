/** float16, in which converters store weights that are computed with in float32. */

const EXPONENT_BIAS = 15;
const MANTISSA_BITS = 10;

/** IEEE 754 binary16, little-endian. */
export function widenFloat16(bytes: Uint8Array): Float32Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Float32Array.from({ length: bytes.length / 2 }, (_, index) => {
    const half = view.getUint16(2 * index, true);
    const sign = half >> 15 === 0 ? 1 : -1;
    const exponent = (half >> MANTISSA_BITS) & 0x1f;
    const mantissa = half & 0x3ff;
    if (exponent === 0x1f) return mantissa === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
    const significand = exponent === 0 ? mantissa : mantissa | 0x400;
    return sign * significand * 2 ** (Math.max(exponent, 1) - EXPONENT_BIAS - MANTISSA_BITS);
  });
}
