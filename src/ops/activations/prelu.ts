import { quantizeMultiplier } from '../../core/fixed-point.ts';
import type { TensorType } from '../../core/tensor.ts';
import { broadcast } from '../../kernels/broadcast.ts';
import { pickElements } from '../../kernels/extremum.ts';
import { type PreluInt8, preluInt8 } from '../../kernels/int8/prelu.ts';
import { broadcastShape, requireMultiplier, requirePerTensor, requireSameDType } from '../conditions.ts';
import { defineOp } from '../op.ts';
import { OPAQUE } from '../traits.ts';
import { binaryLoop, noAttributes, noMacs } from '../unary.ts';

function realMultipliers(
  input: TensorType,
  alpha: TensorType,
  output: TensorType,
): { identity: number; product: number } {
  const inputScale = requirePerTensor('the input', input).scale;
  const alphaScale = requirePerTensor('alpha', alpha).scale;
  const outputScale = requirePerTensor('the output', output).scale;
  return { identity: inputScale / outputScale, product: (inputScale * alphaScale) / outputScale };
}

export const prelu = defineOp({
  kind: 'prelu',
  operands: ['input', 'alpha'],
  attributes: noAttributes,
  quantRule: { rule: 'free' },
  traits: OPAQUE,
  infer: (_, [input, alpha]) => [broadcastShape(input, alpha)],
  check(_, [input, alpha], [output]) {
    requireSameDType([input, alpha], output);
  },
  macs: noMacs,
  kernels: {
    float32: {
      prepare: (_, [input, alpha], [output]) => broadcast(input.shape, alpha.shape, output.shape),
      build: (prepared) => binaryLoop(pickElements(prepared, (x, slope) => (x >= 0 ? x : x * slope))),
    },
    int8: {
      check(_, [input, alpha], [output]) {
        const real = realMultipliers(input, alpha, output);
        requireMultiplier(real.identity);
        requireMultiplier(real.product);
      },
      prepare(_, [input, alpha], [output]): PreluInt8 {
        const real = realMultipliers(input, alpha, output);
        return {
          broadcast: broadcast(input.shape, alpha.shape, output.shape),
          inputZeroPoint: requirePerTensor('the input', input).zeroPoint,
          alphaZeroPoint: requirePerTensor('alpha', alpha).zeroPoint,
          outputZeroPoint: requirePerTensor('the output', output).zeroPoint,
          identity: quantizeMultiplier(real.identity),
          product: quantizeMultiplier(real.product),
        };
      },
      build: (prepared) => binaryLoop(preluInt8(prepared)),
    },
  },
});
