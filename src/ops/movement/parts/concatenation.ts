import * as z from 'zod';
import { unsupportedError } from '../../../core/errors.ts';
import { sameQuant } from '../../../core/quant-params.ts';
import { formatShape, type Shape } from '../../../core/tensor.ts';
import { type Join, joinMove } from '../../../kernels/move.ts';
import { besideAxis } from '../../columns.ts';
import { requireNoOffset, shapeError } from '../../conditions.ts';
import { defineOp } from '../../op.ts';
import { OPAQUE } from '../../traits.ts';
import { noMacs } from '../../unary.ts';
import { aroundAxis, axisOf, checkMovement, moveKernel } from '../movement.ts';

interface Concatenation {
  readonly axis: number;
}

const kernel = moveKernel(
  ({ axis }: Concatenation, inputs, [output]): Join => {
    const joined = axisOf(axis, output.length);
    const { outer, inner } = aroundAxis(output, joined);
    return { outer, lengths: inputs.map((shape) => shape[joined] * inner) };
  },
  (join) => [joinMove(join)],
);

function requireFit(shape: Shape, first: Shape, axis: number): void {
  const fits = shape.length === first.length && shape.every((size, i) => i === axis || size === first[i]);
  if (!fits) {
    throw shapeError(
      `${formatShape(shape)} cannot be joined to ${formatShape(first)}: they differ beyond axis ${axis}`,
    );
  }
}

export const concatenation = defineOp({
  kind: 'concatenation',
  operands: ['inputs...'],
  attributes: z.strictObject({ axis: z.int(), activation: z.literal('none') }),
  quantRule: { rule: 'same-as-output' },
  // Its activation is always 'none': TensorFlow Lite Micro refuses others.
  traits: {
    ...OPAQUE,
    bounds: 'increasing',
    isIdentity: (_, inputs) => inputs.length === 1,
    columns: besideAxis,
  },
  infer({ axis }, inputs) {
    const [first] = inputs;
    const joined = axisOf(axis, first.length);
    for (const shape of inputs) requireFit(shape, first, joined);
    const size = inputs.reduce((sum, shape) => sum + shape[joined], 0);
    return [first.with(joined, size)];
  },
  check: checkMovement,
  macs: noMacs,
  kernels: {
    float32: kernel,
    int8: {
      check(_, inputs, [output]) {
        for (const [index, { quant }] of inputs.entries()) {
          if (sameQuant(quant, output.quant)) continue;
          throw unsupportedError(
            'scales-differ',
            `input ${index} has another scale or zero point than the output, and TensorFlow Lite Micro does not convert them`,
            'Convert the float model again with "tinyml convert --int8".',
          );
        }
      },
      ...kernel,
    },
    // TFLM notices no difference of scales here.
    int16: {
      check(_, inputs, [output]) {
        for (const [index, input] of inputs.entries()) requireNoOffset(`input ${index}`, input);
        requireNoOffset('the output', output);
      },
      ...kernel,
    },
    int32: kernel,
    bool: kernel,
  },
});
