import * as z from 'zod';
import { unsupportedError } from '../../core/errors.ts';
import { INT32_MAX, inputRadius, quantizeMultiplier } from '../../core/fixed-point.ts';
import type { TensorType } from '../../core/tensor.ts';
import { softmaxFloat } from '../../kernels/float/softmax.ts';
import { type SoftmaxInt8, softmaxInt8 } from '../../kernels/int8/softmax.ts';
import { LEAST_EXPONENT, type SoftmaxInt16, softmaxInt16 } from '../../kernels/int16/softmax.ts';
import { outsideRows } from '../columns.ts';
import { requireDType, requireMultiplier, requirePerTensor, requireSameDType } from '../conditions.ts';
import { defineOp } from '../op.ts';
import { OPAQUE } from '../traits.ts';
import { checkSymmetricUnary, inferUnary, noMacs, unaryLoop, unaryOperands } from '../unary.ts';

const SCALED_DIFFERENCE_INTEGER_BITS = 5;

/** With more equal values the sum outgrows 2^28, and gemmlowp's last division stops with an assertion. */
const MAX_INT8_DEPTH = 511;

/** `PreprocessSoftmaxScaling`. */
function inputMultiplier(beta: number, scale: number): number {
  return Math.min(beta * scale * 2 ** (31 - SCALED_DIFFERENCE_INTEGER_BITS), INT32_MAX);
}

/** So many of the largest exponential, 1 in Q0.15, fit into the int32 sum. */
const MAX_INT16_DEPTH = 65536;

function depthOf(input: TensorType): number {
  return input.shape.at(-1) ?? 1;
}

function requireDepth(input: TensorType, most: number): void {
  const depth = depthOf(input);
  if (depth <= most) return;
  throw unsupportedError(
    'softmax-depth',
    `rows have ${depth} values, but the sum of TensorFlow Lite Micro's ${input.dtype} softmax holds ${most}`,
  );
}

/** From steps of the input to those of the table of exp, in doubles. */
function int16Multiplier(beta: number, input: TensorType): number {
  return (requirePerTensor('the input', input).scale * Math.fround(beta)) / (-LEAST_EXPONENT / 65535);
}

/** float32, int8 to int8 or int16, and int16. */
export const softmax = defineOp({
  kind: 'softmax',
  operands: unaryOperands,
  attributes: z.strictObject({ beta: z.number() }),
  quantRule: {
    rule: 'fixed-output',
    outputs: { int8: { scale: 1 / 256, zeroPoint: -128 }, int16: { scale: 1 / 32768, zeroPoint: 0 } },
  },
  traits: { ...OPAQUE, columns: outsideRows },
  infer: inferUnary,
  check(_, [input], [output]) {
    if (input.dtype === 'int8') requireDType('the output', output, 'int8', 'int16');
    else requireSameDType([input], output);
  },
  macs: noMacs,
  kernels: {
    float32: {
      prepare: ({ beta }, [input]) => ({ beta, depth: depthOf(input) }),
      build: ({ beta, depth }) =>
        unaryLoop<Float32Array, Float32Array>((input, output) => softmaxFloat(beta, depth, input, output)),
    },
    int8: {
      check({ beta }, [input], [output]) {
        requirePerTensor('the output', output);
        requireDepth(input, MAX_INT8_DEPTH);
        if (!(inputMultiplier(beta, requirePerTensor('the input', input).scale) > 1)) {
          throw unsupportedError(
            'input-scale',
            'beta × input scale is too small for the fixed-point softmax',
          );
        }
      },
      prepare({ beta }, [input], [output]): SoftmaxInt8 {
        const { scale } = requirePerTensor('the input', input);
        const { multiplier, shift } = quantizeMultiplier(inputMultiplier(beta, scale));
        return {
          depth: depthOf(input),
          outputBits: output.dtype === 'int16' ? 16 : 8,
          multiplier,
          leftShift: shift,
          minDifference: -inputRadius(SCALED_DIFFERENCE_INTEGER_BITS, shift),
        };
      },
      build: (prepared) => unaryLoop(softmaxInt8(prepared)),
    },
    int16: {
      check({ beta }, [input], [output]) {
        checkSymmetricUnary(undefined, [input], [output]);
        requireDepth(input, MAX_INT16_DEPTH);
        requireMultiplier(int16Multiplier(beta, input));
      },
      prepare: ({ beta }, [input]): SoftmaxInt16 => ({
        depth: depthOf(input),
        multiplier: quantizeMultiplier(int16Multiplier(beta, input)),
      }),
      build: (prepared) => unaryLoop(softmaxInt16(prepared)),
    },
  },
});
