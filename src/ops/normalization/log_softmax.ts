import { unsupportedError } from '../../core/errors.ts';
import { INT32_MAX, inputRadius, quantizeMultiplier } from '../../core/fixed-point.ts';
import type { TensorType } from '../../core/tensor.ts';
import { logSoftmaxFloat } from '../../kernels/float/normalize.ts';
import { type LogSoftmaxInt8, logSoftmaxInt8 } from '../../kernels/int8/log_softmax.ts';
import { outsideRows } from '../columns.ts';
import { requirePerTensor } from '../conditions.ts';
import { defineOp } from '../op.ts';
import { OPAQUE } from '../traits.ts';
import { UNARY, unaryLoop } from '../unary.ts';

const SCALED_DIFFERENCE_INTEGER_BITS = 5;

/** The sum of one more outgrows int32. */
const MAX_INT8_DEPTH = 4095;

/** `PreprocessSoftmaxScaling` with a beta of 1. */
function inputMultiplier(input: TensorType): number {
  const { scale } = requirePerTensor('the input', input);
  return Math.min(scale * 2 ** (31 - SCALED_DIFFERENCE_INTEGER_BITS), INT32_MAX);
}

export const logSoftmax = defineOp({
  kind: 'log_softmax',
  ...UNARY,
  quantRule: {
    rule: 'fixed-output',
    outputs: { int8: { scale: 1 / 16, zeroPoint: 127 } },
    isOftenFiner: true,
  },
  traits: { ...OPAQUE, columns: outsideRows },
  kernels: {
    float32: {
      prepare: (_, [input]) => ({ depth: input.shape.at(-1) ?? 1 }),
      build: ({ depth }) =>
        unaryLoop<Float32Array, Float32Array>((input, output) => logSoftmaxFloat(depth, input, output)),
    },
    int8: {
      check(_, [input], [output]) {
        requirePerTensor('the output', output);
        const depth = input.shape.at(-1) ?? 1;
        if (depth > MAX_INT8_DEPTH) {
          throw unsupportedError(
            'log-softmax-depth',
            `rows have ${depth} values, but the sum of TensorFlow Lite Micro's int8 log-softmax holds ${MAX_INT8_DEPTH}`,
          );
        }
        if (!(inputMultiplier(input) > 1)) {
          throw unsupportedError(
            'input-scale',
            'the input scale is too small for the fixed-point log-softmax',
          );
        }
      },
      prepare(_, [input]): LogSoftmaxInt8 {
        const scaling = quantizeMultiplier(inputMultiplier(input));
        return {
          depth: input.shape.at(-1) ?? 1,
          scaling,
          // `PreprocessLogSoftmaxScalingExp`.
          reverseScaling: quantizeMultiplier(2 ** (31 - scaling.shift) / scaling.multiplier),
          minDifference: -inputRadius(SCALED_DIFFERENCE_INTEGER_BITS, scaling.shift),
        };
      },
      build: (prepared) => unaryLoop(logSoftmaxInt8(prepared)),
    },
  },
});
