/** SVDF of int8: what filters make of the input goes into the state, and time weights multiply all of it. */

import { EIGHT_SUMS, Int8Outputs, requantizeEight } from './requantize';

/** int32 fields, in the order of ../../recurrent/svdf-int8.ts. */
@unmanaged
class Int8Svdf extends Int8Outputs {
  batches: i32;
  filters: i32;
  /** Columns of the state. */
  memory: i32;
  stateZeroPoint: i32;
  units: i32;
  /** Elements of the state of a unit. */
  length: i32;
}

/** A state whose every byte moves to the place before it, and behind each filter a new one, which wraps around. */
@inline
function remember(s: Int8Svdf, newest: usize, state: usize): void {
  const filters = s.batches * s.filters;
  const end = state + <usize>(filters * s.memory);
  let at = state;
  for (; at + 16 < end; at += 16) v128.store(at, v128.load(at, 1));
  for (; at + 1 < end; at++) store<i8>(at, load<i8>(at, 1));
  at = state - 1;
  for (let filter = 0; filter < filters; filter++, newest++) {
    at += s.memory;
    store<i8>(at, <i8>(<i32>load<i8>(newest) + s.stateZeroPoint));
  }
}

/** Eight elements at a time: weights beyond the last are 0. */
@inline
function sumOf(weights: usize, state: usize, end: usize): i32 {
  let sums = i32x4.splat(0);
  for (; state < end; state += 8, weights += 16) {
    sums = i32x4.add(sums, i32x4.dot_i16x8_s(v128.load_ext<i8>(state), v128.load(weights)));
  }
  sums = i32x4.add(sums, v128.shuffle<i32>(sums, sums, 2, 3, 0, 1));
  return i32x4.extract_lane(sums, 0) + i32x4.extract_lane(sums, 1);
}

/**
 * Outputs have eight channels, all alike. `weights` are [units, length] of int16, with zeros up to whole eights; `newest` are [batches,
 * filters]. `scratch` is for the sums of a batch. Up to 7 bytes behind the state are read.
 */
export function svdfInt8(settings: usize, biases: usize, channelConstants: usize, weights: usize, scratch: usize, newest: usize, state: usize, output: usize): void {
  const s = changetype<Int8Svdf>(settings);
  remember(s, newest, state);
  const unitWeights = <usize>((s.length + 7) & ~7) << 1;
  const eights = s.units >> 3;
  const rest = s.units & 7;
  for (let batch = 0; batch < s.batches; batch++, output += s.units) {
    let row = weights;
    for (let unit: usize = 0; unit < <usize>s.units; unit++, row += unitWeights, state += s.length) {
      store<i32>(scratch + (unit << 2), load<i32>(biases + (unit << 2)) + sumOf(row, state, state + s.length));
    }
    requantizeEight(s, channelConstants, scratch, eights, output, 8);
    if (rest > 0) requantizeEight(s, channelConstants, scratch + <usize>eights * EIGHT_SUMS, 1, output + (eights << 3), rest);
  }
}
