/** Sums of int16 activations and int8 weights to int16, channel by channel, as TensorFlow Lite Micro's int64 and int32 code. */

/** What is one for all channels; int32 fields, in the order of ../channels.ts. */
@unmanaged
export class Int16Limits {
  channels: i32;
  outputZeroPoint: i32;
  clampMin: i32;
  clampMax: i32;
  /** 64, or 32 where TensorFlow Lite Micro adds up in so many and multiplies otherwise. */
  accumulatorBits: i32;
}

/** Bytes of what belongs to a channel: bias (int64), multiplier and shift (int32 each). */
@inline
const CHANNEL: usize = 16;

/** Sums have 8 bytes for each of eight channels. */
@inline
export const EIGHT_SUMS: usize = 64;

/** One rounding of an int64 product; the multiplier has 15 bits, and `bits` is 15 less the shift. */
@inline
function scaleWide(sum: i64, multiplier: i32, bits: i32): i32 {
  return <i32>((sum * <i64>multiplier + (<i64>1 << (bits - 1))) >> bits);
}

/** A wrapping left shift, a rounded high product, and a right shift with ties away from zero. */
@inline
export function scaleNarrow(sum: i32, multiplier: i32, shift: i32): i32 {
  const shifted = shift > 0 ? sum << shift : sum;
  const high = <i32>((<i64>shifted * <i64>multiplier + (1 << 30)) >> 31);
  if (shift >= 0) return high;
  const right = -shift;
  const mask = <i32>((<i64>1 << right) - 1);
  const threshold = (mask >> 1) + (high < 0 ? 1 : 0);
  return <i32>(<i64>high >> right) + ((high & mask) > threshold ? 1 : 0);
}

/** `count` pixels of sums, of up to eight channels from `channel` on, to `output`, where pixels have all channels. */
export function requantizeInt16(limits: Int16Limits, constants: usize, sums: usize, count: i32, output: usize, channel: i32): void {
  const channels = limits.channels;
  const end = min(channels, channel + 8);
  const wide = limits.accumulatorBits == 64;
  const zeroPoint = limits.outputZeroPoint;
  const clampMin = limits.clampMin - zeroPoint;
  const clampMax = limits.clampMax - zeroPoint;
  for (let c = channel; c < end; c++) {
    const at = constants + <usize>c * CHANNEL;
    const bias = load<i64>(at);
    const multiplier = load<i32>(at, 8);
    const shift = load<i32>(at, 12);
    let from = sums + (<usize>(c - channel) << 3);
    let to = output + (<usize>c << 1);
    for (let i = 0; i < count; i++, from += EIGHT_SUMS, to += <usize>channels << 1) {
      const sum = load<i64>(from) + bias;
      const scaled = wide ? scaleWide(sum, multiplier, shift) : scaleNarrow(<i32>sum, multiplier, shift);
      store<i16>(to, <i16>(min(max(scaled, clampMin), clampMax) + zeroPoint));
    }
  }
}
