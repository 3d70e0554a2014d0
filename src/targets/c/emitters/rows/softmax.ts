import { elementCount } from '../../../../core/tensor.ts';
import type { SoftmaxInt8 } from '../../../../kernels/int8/softmax.ts';
import type { SoftmaxInt16 } from '../../../../kernels/int16/softmax.ts';
import { SOFTMAX_INT8, SOFTMAX_INT16 } from '../../definitions/rows/softmax.ts';
import { overInput } from '../../elements.ts';
import type { CStep, CTensor, Emission } from '../../emitter.ts';
import { rowwise } from './normalization.ts';

/** To int8, or to int16. */
export function softmaxInt8(step: CStep<unknown, SoftmaxInt8>): Emission {
  const { prepared: p, constants, label, inputs, outputs } = step;
  const numbers = constants.addStruct(label, 'struct softmax', {
    depth: p.depth,
    multiplier: p.multiplier,
    left_shift: p.leftShift,
    least_difference: p.minDifference,
  });
  const definition = SOFTMAX_INT8(p.outputBits === 8 ? '8' : '16');
  const rows = elementCount(outputs[0].type.shape) / p.depth;
  return {
    definitions: [definition],
    ...overInput(inputs[0] as CTensor, outputs[0]),
    call: (places) => `${definition.name}(&${numbers}, ${places.input(0)}, ${places.output(0)}, ${rows});`,
  };
}

export function softmaxInt16(step: CStep<unknown, SoftmaxInt16>): Emission {
  const { depth, multiplier } = step.prepared;
  const args = [depth, multiplier.multiplier, multiplier.shift].map(String);
  return rowwise(step, depth, SOFTMAX_INT16, args);
}
