import { unsupportedError } from '../../core/errors.ts';
import { type QuantizedMultiplier, quantizeMultiplier } from '../../core/fixed-point.ts';
import type { TensorType } from '../../core/tensor.ts';
import { broadcast } from '../../kernels/broadcast.ts';
import { divisor } from '../../kernels/divide.ts';
import { divideFloats } from '../../kernels/float/elementwise.ts';
import { type DivInt8, divInt8 } from '../../kernels/int8/div.ts';
import { requirePerTensor } from '../conditions.ts';
import { quantizedClamp } from '../fused-activation.ts';
import { defineOp } from '../op.ts';
import { binaryLoop } from '../unary.ts';
import {
  BINARY_TRAITS,
  binaryAttributes,
  binaryFloatKernel,
  binaryInt32Kernel,
  binaryMacs,
  binaryOperands,
  checkBinary,
  checkQuantizedBinary,
  inferBinary,
} from './binary.ts';

const f = Math.fround;

/** `CalculateOpDataDiv`, in float32. */
function outputMultiplier(a: TensorType, b: TensorType, output: TensorType): QuantizedMultiplier {
  const [scaleA, scaleB] = [
    requirePerTensor('the first operand', a).scale,
    requirePerTensor('the second operand', b).scale,
  ];
  return quantizeMultiplier(f(scaleA / f(scaleB * requirePerTensor('the output', output).scale)));
}

/**
 * The last shift goes to the right by up to 38 bits less that of the multiplier, for 0 / 255, and by 23 for 255 / 1; 32-bit
 * arithmetic has 0 to 31.
 */
const LEAST_SHIFT = 7;
const MOST_SHIFT = 23;

export const div = defineOp({
  kind: 'div',
  operands: binaryOperands,
  attributes: binaryAttributes,
  // In int8 TFLM stops for most scales, and wherever the divisor is quantized to 0.
  quantRule: { rule: 'real' },
  traits: {
    ...BINARY_TRAITS,
    bounds: 'unknown',
    withConstant: (constant, place) =>
      place === 'second' && constant !== 0 ? { scale: 1 / constant, shift: 0 } : undefined,
  },
  infer: inferBinary,
  check: checkBinary,
  macs: binaryMacs,
  kernels: {
    float32: binaryFloatKernel('div', divideFloats),
    int32: binaryInt32Kernel((a, b) => a / divisor(b)),
    int8: {
      check(attributes, [a, b], [output]) {
        checkQuantizedBinary(attributes, [a, b], [output]);
        const { shift } = outputMultiplier(a, b, output);
        if (shift < LEAST_SHIFT || shift > MOST_SHIFT) {
          throw unsupportedError(
            'scale-ratio',
            'the first scale must be 64 to 8388608 times the product of the others, or TensorFlow Lite Micro stops with an assertion',
          );
        }
      },
      prepare({ activation }, [a, b], [output]): DivInt8 {
        const quantOutput = requirePerTensor('the output', output);
        const { min, max } = quantizedClamp(activation, 'int8', quantOutput);
        return {
          broadcast: broadcast(a.shape, b.shape, output.shape),
          zeroPointA: requirePerTensor('the first operand', a).zeroPoint,
          zeroPointB: requirePerTensor('the second operand', b).zeroPoint,
          multiplier: outputMultiplier(a, b, output),
          outputZeroPoint: quantOutput.zeroPoint,
          clampMin: min,
          clampMax: max,
        };
      },
      build: (prepared) => binaryLoop(divInt8(prepared)),
    },
  },
});
