/** SVDF of int8 activations and states, as `assembly/int8/svdf.ts` has it. */

import { alignUp } from '../../../core/alignment.ts';
import type { SvdfInt8 } from '../../recurrent/svdf-int8.ts';
import { BLOCK } from '../channels.ts';
import { planFullyConnectedInt8 } from '../fully_connected.ts';
import { alikeChannels, int8ChannelConstants, int8Outputs } from '../int8-channels.ts';
import type { SimdPlan } from '../simd-plan.ts';

const SUM_BYTES = 4;
const INT8 = { clampMin: -128, clampMax: 127 } as const;

/** [units, length] with zeros behind each, up to whole eights. */
function packUnits(weights: Int8Array, length: number): Int16Array {
  const padded = Math.ceil(length / BLOCK) * BLOCK;
  const packed = new Int16Array((weights.length / length) * padded);
  for (let from = 0, to = 0; from < weights.length; from += length, to += padded) {
    packed.set(weights.subarray(from, from + length), to);
  }
  return packed;
}

/** What sums begin with, of states as they are: their zero point is taken off all at once. */
function stateBias(bias: Int32Array, times: Int8Array, length: number, zeroPoint: number): Int32Array {
  return bias.map((start, unit) => {
    const weights = times.subarray(unit * length, (unit + 1) * length);
    return start - zeroPoint * weights.reduce((sum, weight) => sum + weight, 0);
  });
}

/** Equal to `svdfInt8` with a state of int8. The computed operands are the input and the state. Undefined for inputs that are too long. */
export function planSvdfInt8(
  p: SvdfInt8,
  features: Int8Array,
  times: Int8Array,
  bias: Int32Array,
): SimdPlan | undefined {
  const { batches, depth, filters, memory, rank, feature } = p;
  const product = planFullyConnectedInt8(
    {
      multipliers: new Array<number>(filters).fill(feature.multiplier),
      shifts: new Array<number>(filters).fill(feature.shift),
      outputZeroPoint: 0,
      ...INT8,
      batches,
      depth,
      units: filters,
      inputZeroPoint: p.inputZeroPoint,
      weightsZeroPoint: 0,
    },
    features,
    undefined,
  );
  if (product === undefined) return undefined;
  const [units, length] = [filters / rank, rank * memory];
  const alike = alikeChannels({ outputZeroPoint: p.outputZeroPoint, ...INT8 }, p.time);
  const newestAt = alignUp(product.scratchBytes);
  const sumsAt = newestAt + alignUp(batches * filters);
  return {
    constants: [
      Int32Array.of(...int8Outputs(alike), batches, filters, memory, p.stateZeroPoint, units, length),
      stateBias(bias, times, length, p.stateZeroPoint),
      int8ChannelConstants({ ...alike, bias: undefined }).constants,
      packUnits(times, length),
      ...product.constants,
    ],
    scratchBytes: sumsAt + alignUp(units * SUM_BYTES),
    bind(kernels, at) {
      const { svdfInt8 } = kernels;
      const [input, state] = at.inputs;
      const [output] = at.outputs;
      const [settings, biases, ofChannels, weights, ...ofProduct] = at.constants;
      const [newest, sums] = [at.scratch + newestAt, at.scratch + sumsAt];
      const multiply = product.bind(kernels, {
        ...at,
        inputs: [input],
        outputs: [newest],
        constants: ofProduct,
      });
      return () => {
        multiply();
        svdfInt8(settings, biases, ofChannels, weights, sums, newest, state, output);
      };
    },
  };
}
