import { elementCount } from '../../../../core/tensor.ts';
import type { L2NormalizationInt8 } from '../../../../kernels/int8/l2_normalization.ts';
import type { LogSoftmaxInt8 } from '../../../../kernels/int8/log_softmax.ts';
import type { CDefinition } from '../../c-code.ts';
import { L2_NORMALIZE_INT8, LOG_SOFTMAX_INT8 } from '../../definitions/rows/normalization.ts';
import type { CStep, Emission } from '../../emitter.ts';

/** A call of `NAME(arguments, input, output, rows)`, which may overwrite its input. */
export function rowwise(
  { outputs }: CStep<unknown, unknown>,
  depth: number,
  definition: CDefinition,
  args: readonly string[],
): Emission {
  const rows = elementCount(outputs[0].type.shape) / depth;
  return {
    definitions: [definition],
    inPlace: [0],
    call: (places) => `${definition.name}(${[...args, places.input(0), places.output(0), rows].join(', ')});`,
  };
}

export function l2NormalizationInt8(step: CStep<unknown, L2NormalizationInt8>): Emission {
  const { depth, inputZeroPoint } = step.prepared;
  return rowwise(step, depth, L2_NORMALIZE_INT8, [inputZeroPoint, depth].map(String));
}

export function logSoftmaxInt8(step: CStep<unknown, LogSoftmaxInt8>): Emission {
  const { prepared: p, constants, label } = step;
  const numbers = constants.addStruct(label, 'struct log_softmax', {
    depth: p.depth,
    multiplier: p.scaling.multiplier,
    shift: p.scaling.shift,
    multiplier_back: p.reverseScaling.multiplier,
    shift_back: p.reverseScaling.shift,
    least_difference: p.minDifference,
  });
  return rowwise(step, p.depth, LOG_SOFTMAX_INT8, [`&${numbers}`]);
}
