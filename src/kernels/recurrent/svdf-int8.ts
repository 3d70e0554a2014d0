/** SVDF in integers (tflite-micro 90b983c, `EvalIntegerSvdfReference`): int8 activations, a state of int8 or int16. */

import { multiplyByQuantizedMultiplier, type QuantizedMultiplier } from '../../core/fixed-point.ts';
import type { SvdfShape } from './svdf-shape.ts';

/** What the loop is made of. The fused activation is not in it: TFLM computes none in integers. */
export interface SvdfInt8 extends SvdfShape {
  readonly inputZeroPoint: number;
  readonly stateZeroPoint: number;
  readonly outputZeroPoint: number;
  /** From the scale of products of the features to that of the state. */
  readonly feature: QuantizedMultiplier;
  /** From the scale of products of the time weights to that of the output. */
  readonly time: QuantizedMultiplier;
  /** Of what goes into the state, before its zero point is added. */
  readonly stateMin: number;
  readonly stateMax: number;
}

type StateData = Int8Array | Int16Array;

/** The newest column of the state, which has `memory` of them: what the filters make of the input. */
function filterInput(
  { batches, depth, filters, memory, inputZeroPoint, stateZeroPoint, feature, stateMin, stateMax }: SvdfInt8,
  input: Int8Array,
  weights: Int8Array,
  state: StateData,
): void {
  for (let batch = 0; batch < batches; batch++) {
    for (let filter = 0; filter < filters; filter++) {
      let sum = 0;
      for (let i = 0; i < depth; i++) {
        sum += weights[filter * depth + i] * (input[batch * depth + i] - inputZeroPoint);
      }
      const scaled = multiplyByQuantizedMultiplier(sum | 0, feature.multiplier, feature.shift);
      const limited = Math.min(Math.max(stateMin, scaled), stateMax);
      // Wraps around where a zero point carries it over the end of the type.
      state[(batch * filters + filter + 1) * memory - 1] = stateZeroPoint + limited;
    }
  }
}

/** What the time weights make of all columns. */
function filterTime(
  { batches, filters, memory, rank, outputZeroPoint, stateZeroPoint, time }: SvdfInt8,
  weights: StateData,
  bias: Int32Array,
  state: StateData,
  output: Int8Array,
): void {
  const units = filters / rank;
  for (let batch = 0; batch < batches; batch++) {
    for (let unit = 0; unit < units; unit++) {
      let sum = bias[unit];
      for (let i = unit * rank * memory; i < (unit + 1) * rank * memory; i++) {
        sum += weights[i] * (state[batch * filters * memory + i] - stateZeroPoint);
      }
      const scaled = multiplyByQuantizedMultiplier(sum | 0, time.multiplier, time.shift) + outputZeroPoint;
      output[batch * units + unit] = Math.min(Math.max(-128, scaled), 127);
    }
  }
}

export function svdfInt8(prepared: SvdfInt8) {
  return (
    input: Int8Array,
    features: Int8Array,
    times: StateData,
    bias: Int32Array,
    state: StateData,
    output: Int8Array,
  ): void => {
    state.copyWithin(0, 1);
    filterInput(prepared, input, features, state);
    filterTime(prepared, times, bias, state, output);
  };
}
