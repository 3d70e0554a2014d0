/** int32 sums to int8: TensorFlow Lite's double rounding, channel by channel, bit for bit. */

/** What is one for all channels; int32 fields, in the order of ../channels.ts. */
@unmanaged
export class Int8Limits {
  channels: i32;
  inputZeroPoint: i32;
  outputZeroPoint: i32;
  /** Less the output's zero point, so that adding that cannot overflow. */
  clampMin: i32;
  clampMax: i32;
}

/** Bytes of what belongs to four channels: bias, power, multiplier (int32 each), factor (float64). */
@inline
export const FOUR_CHANNELS: usize = 80;

/** Two products less than 2^63, rounded to 31 bits less; the result fits into the low half of each lane. */
@inline
export function highHalf(products: v128): v128 {
  return i64x2.shr_u(i64x2.add(products, i64x2.splat(1 << 30)), 31);
}

/** Two int32 (in lanes 0 and 1) times a power of two not above 1, ties away from zero: a double holds every step. */
@inline
export function divideRounding(x: v128, factor: v128): v128 {
  const scaled = f64x2.mul(f64x2.convert_low_i32x4_s(x), factor);
  const half = v128.or(v128.and(scaled, f64x2.splat(-0.0)), f64x2.splat(0.5));
  return i32x4.trunc_sat_f64x2_s_zero(f64x2.add(scaled, half));
}

/**
 * `count` rows of sums, `sumBytes` apart, of the four channels from `channel` on, to `output` + channel, a pixel of all
 * channels apart.
 */
@inline
function requantizeFour(limits: Int8Limits, constants: usize, sums: usize, sumBytes: usize, count: i32, output: usize, channel: i32): void {
  const at = constants + <usize>(channel >> 2) * FOUR_CHANNELS;
  const bias = v128.load(at);
  const power = v128.load(at, 16);
  const multiplier = v128.load(at, 32);
  const factorLow = v128.load(at, 48);
  const factorHigh = v128.load(at, 64);
  const clampMin = i32x4.splat(limits.clampMin);
  const clampMax = i32x4.splat(limits.clampMax);
  const zeroPoint = i32x4.splat(limits.outputZeroPoint);
  const channels = limits.channels;
  const present = channels - channel;
  output += channel;
  for (let i = 0; i < count; i++, sums += sumBytes, output += channels) {
    const x = i32x4.mul(i32x4.add(v128.load(sums), bias), power);
    const low = highHalf(i64x2.extmul_low_i32x4_s(x, multiplier));
    const high = highHalf(i64x2.extmul_high_i32x4_s(x, multiplier));
    const quotientLow = divideRounding(v128.shuffle<i32>(low, low, 0, 2, 0, 2), factorLow);
    const quotientHigh = divideRounding(v128.shuffle<i32>(high, high, 0, 2, 0, 2), factorHigh);
    const quotient = v128.shuffle<i32>(quotientLow, quotientHigh, 0, 1, 4, 5);
    const clamped = i32x4.add(i32x4.min_s(i32x4.max_s(quotient, clampMin), clampMax), zeroPoint);
    const words = i16x8.narrow_i32x4_s(clamped, clamped);
    const bytes = i8x16.narrow_i16x8_s(words, words);
    if (present >= 4) {
      v128.store32_lane(output, bytes, 0);
      continue;
    }
    store<i8>(output, i8x16.extract_lane_s(bytes, 0));
    if (present > 1) store<i8>(output, i8x16.extract_lane_s(bytes, 1), 1);
    if (present > 2) store<i8>(output, i8x16.extract_lane_s(bytes, 2), 2);
  }
}

/** The sums of up to eight channels, [count, 8]. */
export function requantizeEight(limits: Int8Limits, constants: usize, sums: usize, count: i32, output: usize, channel: i32): void {
  requantizeFour(limits, constants, sums, 32, count, output, channel);
  if (channel + 4 < limits.channels) {
    requantizeFour(limits, constants, sums + 16, 32, count, output, channel + 4);
  }
}
