/** LSTM of int8 activations: products of all gates as those of one row, and TensorFlow Lite Micro's steps behind them, bit for bit. */

import { scaleNarrow } from '../int16-requantize';
import { scaleInSteps } from './requantize';
import { spread, WIDE_SUMS, wideBlock } from './row';

/** int32 fields, in the order of ../../int8-lstm.ts, and behind them those at `INPUT_BEYOND` and `HIDDEN_BEYOND`. */
@unmanaged
class Int8Lstm {
  batches: i32;
  steps: i32;
  units: i32;
  /** Channels of a gate: its units, and idle ones behind them that make blocks whole. */
  gateChannels: i32;
  /** Elements from a batch to the next, and from a step to the next. */
  inputBatch: i32;
  inputStep: i32;
  outputBatch: i32;
  outputStep: i32;
  /** Elements of both rows, four at a time. */
  inputFours: i32;
  hiddenFours: i32;
  /** How values become steps between the points of the table. */
  gateFactor: i32;
  gateShift: i32;
  cellFactor: i32;
  cellShift: i32;
  forgottenMultiplier: i32;
  forgottenShift: i32;
  incomingMultiplier: i32;
  incomingShift: i32;
  outgoingMultiplier: i32;
  outgoingShift: i32;
  cellClip: i32;
  hiddenZeroPoint: i32;
}
@inline
const INPUT_BEYOND: usize = 96;
@inline
const HIDDEN_BEYOND: usize = 112;

/** How the sums of a gate are scaled, four times each: a power of two, a multiplier, and 2^−shift right (float64), twice. */
@inline
const MULTIPLIER: usize = 16;
@inline
const FACTOR: usize = 32;
@inline
const GATE: usize = 48;

@inline
const INT16_MIN: i32 = -32768;
@inline
const INT16_MAX: i32 = 32767;
@inline
const POINTS: i32 = 256;

@inline
function saturate(value: i32): i32 {
  return min(max(value, INT16_MIN), INT16_MAX);
}

/** Steps between two points of the table, whose distance is 2^bits of them. */
@inline
function interpolate(points: usize, steps: i32, bits: i32, beyond: i32): i32 {
  const index = <i32>(<u32>steps >> bits);
  if (index >= POINTS - 1) return beyond;
  const at = points + (<usize>index << 1);
  const point = <i32>load<u16>(at);
  return (point << bits) + (steps & ((1 << bits) - 1)) * (<i32>load<u16>(at, 2) - point);
}

@inline
function argument(value: i32, factor: i32, shift: i32): i32 {
  return (value * factor + ((1 << shift) >> 1)) >> shift;
}

/** As `sigmoidInt16`. */
@inline
function sigmoid(points: usize, value: i32, factor: i32, shift: i32): i32 {
  const x = argument(value, factor, shift);
  const result = interpolate(points, abs(x), 9, 0x7fff << 10);
  return (x >= 0 ? result + 512 : (1 << 25) - result + 511) >> 10;
}

/** As `tanhInt16`. */
@inline
function tanh(points: usize, value: i32, factor: i32, shift: i32): i32 {
  const x = argument(value, factor, shift);
  const result = interpolate(points, abs(x), 8, 0xffff << 8);
  return (x >= 0 ? result - (1 << 23) + 128 : (1 << 23) - result + 127) >> 8;
}

/** Sums of the channels of all gates. `spreadRow` is for the row, `sums` behind it; what is returned is missing in each. */
@inline
function multiply(channels: i32, row: usize, fours: i32, beyond: v128, biases: usize, weights: usize, spreadRow: usize, sums: usize): v128 {
  const more = spread(row, spreadRow, spreadRow + ((<usize>fours + 3) >> 2 << 5), beyond);
  const end = spreadRow + (<usize>fours << 3);
  const blockBytes = <usize>fours << 7;
  for (const last = sums + (<usize>channels << 2); sums < last; sums += WIDE_SUMS, biases += WIDE_SUMS, weights += blockBytes) {
    wideBlock(biases, weights, spreadRow, end, sums);
  }
  return more;
}

@inline
function scaleFour(sums: usize, more: v128, by: usize): v128 {
  const factor = v128.load(by, FACTOR);
  return scaleInSteps(i32x4.add(v128.load(sums), more), i32x4.splat(INT16_MIN), i32x4.splat(INT16_MAX), v128.load(by), v128.load(by, MULTIPLIER), factor, factor, i32x4.splat(0));
}

@inline
function scaleEight(sums: usize, more: v128, by: usize): v128 {
  return i16x8.narrow_i32x4_s(scaleFour(sums, more, by), scaleFour(sums + 16, more, by));
}

/** What goes into the activations of the gates, [gates, channels] of int16. `scales` are those of the input and of the hidden state, gate by gate. */
function addGates(channels: i32, scales: usize, seen: usize, moreSeen: v128, kept: usize, moreKept: v128, gates: usize): void {
  const bytes = <usize>channels << 1;
  for (const last = gates + (bytes << 2); gates < last; scales += 2 * GATE) {
    for (const end = gates + bytes; gates < end; gates += 16, seen += 32, kept += 32) {
      v128.store(gates, i16x8.add_sat_s(scaleEight(seen, moreSeen, scales), scaleEight(kept, moreKept, scales + GATE)));
    }
  }
}

/** One step of all units of a batch. */
function update(s: Int8Lstm, points: usize, gates: usize, hidden: usize, cell: usize, output: usize): void {
  const bytes = <usize>s.gateChannels << 1;
  const factor = s.gateFactor, shift = s.gateShift;
  for (let unit = 0; unit < s.units; unit++, gates += 2, cell += 2) {
    const write = sigmoid(points, load<i16>(gates), factor, shift);
    const forget = sigmoid(points, load<i16>(gates + bytes), factor, shift);
    const fresh = tanh(points, load<i16>(gates + (bytes << 1)), factor, shift);
    const open = sigmoid(points, load<i16>(gates + 3 * bytes), factor, shift);
    const kept = saturate(scaleNarrow(forget * load<i16>(cell), s.forgottenMultiplier, s.forgottenShift));
    const sum = saturate(kept + saturate(scaleNarrow(write * fresh, s.incomingMultiplier, s.incomingShift)));
    const state = max(min(s.cellClip, sum), -s.cellClip);
    store<i16>(cell, <i16>state);
    const value = scaleNarrow(tanh(points, <i32><i16>state, s.cellFactor, s.cellShift) * open, s.outgoingMultiplier, s.outgoingShift);
    const shown = <i8>min(max(value + s.hiddenZeroPoint, -128), 127);
    store<i8>(hidden + unit, shown);
    store<i8>(output + unit, shown);
  }
}

/**
 * `points` are those of the sigmoid; biases and weights those of all gates, as `rowInt8` has them, of 4 · gateChannels channels. `scratch`
 * is for both rows as they are spread, for their sums and the gates. States are written. Up to 15 bytes behind input and hidden state are read.
 */
export function lstmInt8(settings: usize, points: usize, scales: usize, inputBiases: usize, inputWeights: usize, hiddenBiases: usize, hiddenWeights: usize, scratch: usize, input: usize, hidden: usize, cell: usize, output: usize): void {
  const s = changetype<Int8Lstm>(settings);
  const channels = s.gateChannels << 2;
  const spreadHidden = scratch + ((<usize>s.inputFours + 3) >> 2 << 5);
  const seen = spreadHidden + ((<usize>s.hiddenFours + 3) >> 2 << 5);
  const kept = seen + (<usize>channels << 2);
  const gates = kept + (<usize>channels << 2);
  for (let batch = 0; batch < s.batches; batch++, hidden += s.units, cell += <usize>s.units << 1) {
    let from = input + <usize>(batch * s.inputBatch);
    let to = output + <usize>(batch * s.outputBatch);
    for (let step = 0; step < s.steps; step++, from += s.inputStep, to += s.outputStep) {
      const moreSeen = multiply(channels, from, s.inputFours, v128.load(settings, INPUT_BEYOND), inputBiases, inputWeights, scratch, seen);
      const moreKept = multiply(channels, hidden, s.hiddenFours, v128.load(settings, HIDDEN_BEYOND), hiddenBiases, hiddenWeights, spreadHidden, kept);
      addGates(s.gateChannels, scales, seen, moreSeen, kept, moreKept, gates);
      update(s, points, gates, hidden, cell, to);
    }
  }
}
