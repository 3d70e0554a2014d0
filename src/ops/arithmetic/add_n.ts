import { unsupportedError } from '../../core/errors.ts';
import { sameQuant } from '../../core/quant-params.ts';
import { elementCount, formatShape, sameShape } from '../../core/tensor.ts';
import { addNFloat } from '../../kernels/float/sums.ts';
import { addNInt8, type SumsInt8 } from '../../kernels/int8/sums.ts';
import { broadcastColumns } from '../columns.ts';
import { requirePerTensor, requireSameDType, shapeError } from '../conditions.ts';
import { defineOp } from '../op.ts';
import { OPAQUE } from '../traits.ts';
import { noAttributes } from '../unary.ts';
import { checkSums, prepareSums } from './sums-int8.ts';

/**
 * The sum of tensors of one shape. TFLM's int8 kernel starts the sum at minus the zero point: it is right for zero point 0
 * only, which is what the quantizer gives it.
 */
export const addN = defineOp({
  kind: 'add_n',
  operands: ['inputs...'],
  attributes: noAttributes,
  quantRule: { rule: 'symmetric-inputs' },
  traits: { ...OPAQUE, bounds: 'increasing', columns: broadcastColumns },
  infer(_, inputs) {
    const [first] = inputs;
    if (inputs.length < 2) throw shapeError(`${inputs.length} tensor is given, but at least 2 are added`);
    for (const shape of inputs) {
      if (!sameShape(shape, first)) {
        throw shapeError(`${formatShape(shape)} cannot be added to ${formatShape(first)}`);
      }
    }
    return [first];
  },
  check(_, inputs, [output]) {
    requireSameDType(inputs, output);
  },
  macs: (inputs, [output]) => (inputs.length - 1) * elementCount(output),
  kernels: {
    float32: {
      prepare: () => undefined,
      build: () => ({
        run: (inputs, [output]) => addNFloat(inputs as readonly Float32Array[], output as Float32Array),
      }),
    },
    int8: {
      check(_, inputs, [output]) {
        const first = requirePerTensor('the first operand', inputs[0]);
        for (const input of inputs) {
          if (!sameQuant(requirePerTensor('an operand', input), first)) {
            throw unsupportedError(
              'scales-differ',
              'the operands have different scales or zero points, which TensorFlow Lite Micro refuses',
            );
          }
        }
        checkSums(inputs[0], output, inputs.length);
      },
      prepare: (_, inputs, [output]): SumsInt8 => prepareSums(inputs[0], output),
      build(prepared) {
        const add = addNInt8(prepared);
        return {
          run: (inputs, [output]) => add(inputs as readonly Int8Array[], output as Int8Array),
        };
      },
    },
  },
});
