import * as z from 'zod';
import type { Shape } from '../../../core/tensor.ts';
import { stridesOf } from '../../../kernels/move.ts';
import { type ColumnOperand, type Columns, oneByOne } from '../../columns.ts';
import { shapeError } from '../../conditions.ts';
import { defineOp } from '../../op.ts';
import { OPAQUE } from '../../traits.ts';
import { noMacs, unaryOperands } from '../../unary.ts';
import { checkMovement, keepsShape, requirePerAxis, stridedKernel } from '../movement.ts';

const numbers = z.array(z.int()).readonly();
const mask = z.int().nonnegative();

/** Bit i of a mask belongs to axis i. */
const attributes = z.strictObject({
  begin: numbers,
  end: numbers,
  strides: numbers,
  beginMask: mask,
  endMask: mask,
  shrinkAxisMask: mask,
});
type StridedSlice = z.infer<typeof attributes>;

interface Steps {
  readonly start: number;
  readonly stride: number;
  readonly count: number;
  /** The axis disappears. */
  readonly shrink: boolean;
}

const clamp = (x: number, low: number, high: number): number => Math.max(low, Math.min(high, x));

function stepsOf(slice: StridedSlice, axis: number, size: number): Steps {
  const has = (bits: number): boolean => ((bits >> axis) & 1) === 1;
  const stride = slice.strides[axis];
  if (stride === 0) throw shapeError(`axis ${axis} is sliced with stride 0`);
  // Backwards, the place before the first element is the end.
  const [low, high] = stride > 0 ? [0, size] : [-1, size - 1];
  const place = (at: number): number => clamp(at < 0 ? at + size : at, low, high);
  const start = has(slice.beginMask) ? (stride > 0 ? low : high) : place(slice.begin[axis]);
  if (has(slice.shrinkAxisMask)) {
    if (start < 0 || start >= size || stride < 0) {
      throw shapeError(
        `element ${slice.begin[axis]} with stride ${stride} is not one of the ${size} of axis ${axis}`,
      );
    }
    return { start, stride, count: 1, shrink: true };
  }
  const end = has(slice.endMask) ? (stride > 0 ? high : low) : place(slice.end[axis]);
  const count = Math.ceil((end - start) / stride);
  if (count <= 0) throw shapeError(`the slice of axis ${axis} is empty`);
  return { start, stride, count, shrink: false };
}

function allSteps(slice: StridedSlice, input: Shape): Steps[] {
  return input.map((size, axis) => stepsOf(slice, axis, size));
}

function slicedColumns(
  slice: StridedSlice,
  axis: number,
  [{ shape }]: readonly ColumnOperand[],
): Columns | undefined {
  const axes = allSteps(slice, shape);
  const { start, stride, shrink } = axes[axis];
  if (stride < 0 || shrink) return undefined;
  const without = (bits: number): number => bits & ~(1 << axis);
  const changed = (count: number) => ({
    begin: slice.begin.with(axis, 0),
    end: slice.end.with(axis, (count - 1) * stride + 1),
    beginMask: without(slice.beginMask),
    endMask: without(slice.endMask),
  });
  const gone = axes.slice(0, axis).filter((steps) => steps.shrink).length;
  return { ...oneByOne(axis - gone, changed), first: start, stride };
}

const kernel = stridedKernel((slice: StridedSlice, [input]) => {
  const strides = stridesOf(input);
  const axes = allSteps(slice, input);
  return [
    {
      counts: axes.map(({ count }) => count),
      steps: axes.map(({ stride }, axis) => stride * strides[axis]),
      start: axes.reduce((sum, { start }, axis) => sum + start * strides[axis], 0),
    },
  ];
});

export const stridedSlice = defineOp({
  kind: 'strided_slice',
  operands: unaryOperands,
  attributes,
  quantRule: { rule: 'same-as-input' },
  traits: {
    ...OPAQUE,
    isIdentity: ({ strides }, inputs, output) =>
      strides.every((stride) => stride === 1) && keepsShape(strides, inputs, output),
    columns: slicedColumns,
  },
  infer(slice, [input]) {
    for (const entries of [slice.begin, slice.end, slice.strides]) {
      requirePerAxis('places of the slice', entries, input);
    }
    const steps = allSteps(slice, input);
    return [steps.filter(({ shrink }) => !shrink).map(({ count }) => count)];
  },
  check: checkMovement,
  macs: noMacs,
  kernels: { float32: kernel, int8: kernel, int16: kernel, int32: kernel, bool: kernel },
});
