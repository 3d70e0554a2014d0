/** Scales and zero points with which a kernel cannot compute, or does not. */

import type { OperatorView, OutlineTensor } from '../../../ir/outline.ts';
import { type Limit, operandsOf } from './limit.ts';

const DIVERGED = 'the training of the model diverged';

const QUANTIZED: ReadonlySet<string> = new Set(['int8', 'int4', 'int16', 'uint8']);

/** One scale of 0 makes every value 0, and divides by it; of several, one of a channel of zeros may be 0. */
function badScale({ dtype, quantization }: OutlineTensor): number | undefined {
  const scales = quantization?.scales ?? [];
  const least = scales.length === 1 && QUANTIZED.has(dtype) ? Number.MIN_VALUE : 0;
  return scales.find((scale) => !(scale >= least && scale < Infinity));
}

/** The tensor of the operator whose scale is no factor, and that scale. */
function senselessScale(
  view: OperatorView,
): { readonly tensor: OutlineTensor; readonly scale: number } | undefined {
  for (const tensor of operandsOf(view)) {
    const scale = badScale(tensor);
    if (scale !== undefined) return { tensor, scale };
  }
  return undefined;
}

export const senselessScales: Limit = (view) => {
  const found = senselessScale(view);
  return found === undefined
    ? undefined
    : `The scale of ${JSON.stringify(found.tensor.name)} is ${found.scale}, with which nothing can be computed${Number.isFinite(found.scale) ? '' : `: ${DIVERGED}`}.`;
};

/** It would run, and compute no numbers. */
export const nonFiniteConstants: Limit = ({ inputs }) => {
  const found = inputs.find((tensor) => tensor?.nonFinite === true);
  return found === undefined
    ? undefined
    : `The constant ${JSON.stringify(found.name)} holds what is infinite or no number: ${DIVERGED}.`;
};

/** Kernels divide by scales that the file must have. */
export const missingScales: Limit = (view) => {
  const without = operandsOf(view).find(
    ({ dtype, quantization }) => QUANTIZED.has(dtype) && quantization === undefined,
  );
  return without === undefined
    ? undefined
    : `Its ${view.operator.name} needs the scale and zero point of ${JSON.stringify(without.name)}, which has none.`;
};

/** Prepare of many operators on int16 wants all zero points to be 0. */
export const offsetInt16: Limit = (view) =>
  operandsOf(view).some(
    ({ dtype, quantization }) => dtype === 'int16' && (quantization?.zeroPoints[0] ?? 0) !== 0,
  )
    ? `Its ${view.operator.name} of int16 wants zero points of 0.`
    : undefined;

/** Kernels multiply by weights as they are. */
export function offsetWeights(position: number): Limit {
  return ({ operator, inputs }) => {
    const weights = inputs[position];
    return weights?.dtype !== 'float32' &&
      weights?.quantization?.zeroPoints.some((zeroPoint) => zeroPoint !== 0)
      ? `Its ${operator.name} takes weights with zero point 0 only.`
      : undefined;
  };
}

/** An assertion in `CalculateOpDataFullyConnected`, in the snapshots of Arduino too. */
export const offsetDenseWeights: Limit = (view) => {
  const [, weights] = view.inputs;
  if (offsetWeights(1)(view) === undefined) return undefined;
  const instead = weights?.storage === 'constant' ? '; "tinyml convert" writes the same sums without' : '';
  return `Its ${view.operator.name} stops with an assertion at weights that have a zero point other than 0${instead}.`;
};

/** Sums of int16 activations begin with a bias, of which one alone leaves what `MultiplyByQuantizedMultiplier` asserts. */
export const hugeBias: Limit = ({ operator, inputs }) => {
  const found = inputs.find((tensor) => tensor?.beyond48Bits === true);
  return found === undefined
    ? undefined
    : `Its ${operator.name} of int16 asserts that sums have 48 bits at most, and ${JSON.stringify(found.name)} holds more.`;
};

/** One scale for all, or one for each element of that axis. */
export function scalesAlong(position: number, axis: number): Limit {
  return ({ operator, inputs }) => {
    const weights = inputs[position];
    const { scales = [] } = weights?.quantization ?? {};
    if (scales.length < 2 || weights === undefined) return undefined;
    // Zero points may be fewer: TFLM takes the first for all (InitializeTfLiteTensorFromFlatbuffer).
    if (scales.length === weights.shape[axis]) return undefined;
    return `Its ${operator.name} takes one scale for all weights, or one for each of the ${weights.shape[axis] ?? 0} along axis ${axis}.`;
  };
}
