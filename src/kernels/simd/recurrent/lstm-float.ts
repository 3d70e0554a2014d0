/** LSTM in float32: its products are those of dense layers. */

import { alignUp } from '../../../core/alignment.ts';
import { type LstmFloat, updateCell } from '../../recurrent/lstm-float.ts';
import { CELL, CELL_GATE, forEachStep, OUTPUT_GATE } from '../../recurrent/lstm-shape.ts';
import { type FloatFunction, planFunctionFloat } from '../arithmetic/functions.ts';
import { planProductFloat } from '../product.ts';
import type { SimdPlan } from '../simd-plan.ts';
import { pixelByPixel } from '../sliding-fields.ts';

const GATES = 4;
const BYTES = 4;

/** In the order of the gates. */
interface LstmWeights {
  readonly input: readonly Float32Array[];
  readonly hidden: readonly Float32Array[];
  readonly bias: readonly Float32Array[];
}

function joined(gates: readonly Float32Array[]): Float32Array {
  const all = new Float32Array(GATES * gates[0].length);
  for (const [gate, rows] of gates.entries()) all.set(rows, gate * rows.length);
  return all;
}

/** Equal to `lstmFloat`. The computed operands are the input and both states. */
export function planLstmFloat(p: LstmFloat, weights: LstmWeights): SimdPlan {
  const { batches, steps, depth, units } = p;
  const channels = GATES * units;
  const product = (rows: number, of: readonly Float32Array[], bias?: Float32Array): SimdPlan => {
    const all = joined(of);
    const length = all.length / channels;
    return planProductFloat(
      { clampMin: -Infinity, clampMax: Infinity },
      channels,
      pixelByPixel(rows),
      length,
      all,
      bias,
    );
  };
  const rows = batches * steps;
  const seenBy = product(rows, weights.input, joined(weights.bias));
  const keptBy = product(1, weights.hidden);
  const sumsAt = alignUp(Math.max(seenBy.scratchBytes, keptBy.scratchBytes));
  const gatesAt = sumsAt + alignUp(rows * channels * BYTES);
  const openAt = gatesAt + alignUp(channels * BYTES);
  const shownAt = openAt + alignUp(channels * BYTES);
  return {
    constants: [...seenBy.constants, ...keptBy.constants],
    scratchBytes: shownAt + units * BYTES,
    withScript: true,
    bind(kernels, { inputs, outputs: [outputAt], scratch, constants, buffer, onState }) {
      const [input, hiddenAt, cellAt] = inputs;
      const floats = (at: number, length: number): Float32Array => new Float32Array(buffer, at, length);
      const [hidden, cell] = [hiddenAt, cellAt].map((at) => floats(at, batches * units));
      const output = floats(outputAt, rows * units);
      const sums = floats(scratch + sumsAt, rows * channels);
      const all = floats(scratch + gatesAt, channels);
      const gates = Array.from({ length: GATES }, (_, gate) =>
        floats(scratch + openAt + gate * units * BYTES, units),
      );
      const shown = floats(scratch + shownAt, units);
      const at = { scratch, buffer, onState };
      const see = seenBy.bind(kernels, {
        ...at,
        inputs: [input],
        outputs: [scratch + sumsAt],
        constants: constants.slice(0, seenBy.constants.length),
      });
      const keep = Array.from({ length: batches }, (_, batch) =>
        keptBy.bind(kernels, {
          ...at,
          inputs: [hiddenAt + batch * units * BYTES],
          outputs: [scratch + gatesAt],
          constants: constants.slice(seenBy.constants.length),
        }),
      );
      const compute = (kind: FloatFunction, length: number, from: number, result: number) =>
        planFunctionFloat(kind, length).bind(kernels, {
          ...at,
          constants: [],
          inputs: [from],
          outputs: [result],
        });
      const open = (kind: FloatFunction, first: number, count: number) => {
        const gate = first * units * BYTES;
        return compute(kind, count * units, scratch + gatesAt + gate, scratch + openAt + gate);
      };
      const opens = [
        open('logistic', 0, CELL_GATE),
        open('tanh', CELL_GATE, 1),
        open('logistic', OUTPUT_GATE, 1),
      ];
      const show = Array.from({ length: batches }, (_, batch) =>
        compute('tanh', units, cellAt + batch * units * BYTES, scratch + shownAt),
      );
      return () => {
        see();
        forEachStep(p, (from, to, state) => {
          keep[state / units]();
          const seen = (from / depth) * channels;
          for (let i = 0; i < channels; i++) all[i] += sums[seen + i];
          for (const open of opens) open();
          updateCell(p, gates, cell, state);
          show[state / units]();
          for (let unit = 0; unit < units; unit++) {
            hidden[state + unit] = shown[unit] * gates[OUTPUT_GATE][unit];
            output[to + unit] = hidden[state + unit];
          }
          onState(CELL);
        });
      };
    },
  };
}
