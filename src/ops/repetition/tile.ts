import * as z from 'zod';
import { isQuantizedDType } from '../../core/tensor.ts';
import { stridesOf } from '../../kernels/move.ts';
import { requireSameScale } from '../conditions.ts';
import { checkMovement, requirePerAxis, stridedKernel } from '../movement/movement.ts';
import { defineOp } from '../op.ts';
import { OPAQUE } from '../traits.ts';
import { noMacs, unaryOperands } from '../unary.ts';

interface Tile {
  readonly multiples: readonly number[];
}

const kernel = stridedKernel(({ multiples }: Tile, [input]) => [
  {
    counts: multiples.flatMap((multiple, axis) => [multiple, input[axis]]),
    steps: stridesOf(input).flatMap((stride) => [0, stride]),
    start: 0,
  },
]);

/** The whole input laid side by side, along every axis so often. TFLM lacks it: the pass `lower-tile` replaces it. */
export const tile = defineOp({
  kind: 'tile',
  operands: unaryOperands,
  attributes: z.strictObject({ multiples: z.array(z.int().positive()).readonly() }),
  quantRule: { rule: 'same-as-input' },
  traits: { ...OPAQUE, isIdentity: ({ multiples }) => multiples.every((multiple) => multiple === 1) },
  infer({ multiples }, [input]) {
    requirePerAxis('multiples', multiples, input);
    return [input.map((size, axis) => size * multiples[axis])];
  },
  check(_, [input], [output]) {
    checkMovement(_, [input], [output]);
    if (isQuantizedDType(input.dtype)) requireSameScale(input, output, 0);
  },
  macs: noMacs,
  kernels: { float32: kernel, int8: kernel, int32: kernel, bool: kernel },
});
