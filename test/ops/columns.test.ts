/** What operators say of their columns, tried on their float32 kernels: each column by itself is the column of the whole. */

import { describe, expect, it } from 'vitest';
import { createRandom } from '../../src/core/random.ts';
import { elementCount, type Shape, sameShape, type TensorData } from '../../src/core/tensor.ts';
import { OP_KINDS, type OpKind, opOf } from '../../src/ops/index.ts';
import { computeOnce } from '../../src/ops/kernel-of.ts';
import type { AnyKernel } from '../../src/ops/op.ts';
import { OPAQUE } from '../../src/ops/traits.ts';
import { floatCases } from '../conformance/float-cases.ts';

const CASES = 40;

interface Tensor {
  readonly shape: Shape;
  readonly data: TensorData;
}

/** Columns `first` … `first + count` − 1 along an axis. */
function columnsOf({ shape, data }: Tensor, axis: number, first: number, count: number): Tensor {
  const inner = elementCount(shape.slice(axis + 1));
  const outer = elementCount(shape.slice(0, axis));
  const parts = Array.from({ length: outer }, (_, i) => {
    const start = (i * shape[axis] + first) * inner;
    return Array.from(data.subarray(start, start + count * inner), Number);
  });
  return { shape: shape.with(axis, count), data: Float32Array.from(parts.flat()) };
}

/** What was compared of a kind: columns, and the first that is another. */
function tryColumns(kind: OpKind): { tried: number; wrong: string | undefined } {
  const { traits, kernels, infer } = opOf(kind);
  const kernel = kernels.float32 as AnyKernel;
  const random = createRandom(6, `columns of ${kind}`);
  let tried = 0;
  for (let index = 0; index < CASES; index++) {
    const drawn = floatCases[kind]?.(random, index);
    if (drawn?.output.dtype !== 'float32' || drawn.operands.some((one) => one?.type.dtype !== 'float32'))
      continue;
    const operands = drawn.operands.flatMap((one) =>
      one === undefined ? [] : [{ shape: one.type.shape, data: one.data }],
    );
    const run = (attributes: unknown, inputs: readonly Tensor[]): Tensor => {
      const shapes = inputs.map(({ shape }) => shape);
      const types = shapes.map((shape) => ({ dtype: 'float32', shape }) as const);
      const [shape] = infer(attributes, shapes);
      const outputs = infer(attributes, shapes).map((one) => ({ dtype: 'float32', shape: one }) as const);
      const [data] = computeOnce(
        kernel,
        attributes,
        types,
        outputs,
        inputs.map((one) => one.data),
      );
      return { shape, data };
    };
    const whole = run(drawn.attributes, operands);
    const isConstant = ({ shape }: Tensor, place: number): boolean =>
      place > 0 && kind !== 'concatenation' && !sameShape(shape, operands[0].shape);
    for (const axis of operands[0].shape.keys()) {
      const facts = operands.map((one, place) => ({ shape: one.shape, isConstant: isConstant(one, place) }));
      const columns = traits.columns(drawn.attributes, axis, facts, whole.shape);
      if (columns === undefined) continue;
      for (let i = 0; i < whole.shape[columns.axis]; i++) {
        const first = columns.first + i * columns.stride;
        const parts = operands.map((one, place) =>
          isConstant(one, place) ? one : columnsOf(one, axis, first, columns.taps),
        );
        const made = run({ ...(drawn.attributes as object), ...columns.changed(1) }, parts);
        const should = columnsOf(whole, columns.axis, i, 1);
        tried++;
        if (
          !sameShape(made.shape, should.shape) ||
          !made.data.every((x, at) => Object.is(x, should.data[at]))
        )
          return { tried, wrong: `case ${index}, axis ${axis}, column ${i}` };
      }
    }
  }
  return { tried, wrong: undefined };
}

const kinds = OP_KINDS.filter(
  (kind) =>
    opOf(kind).traits.columns !== OPAQUE.columns &&
    opOf(kind).kernels.float32 !== undefined &&
    floatCases[kind] !== undefined &&
    !['quantize', 'cast'].includes(kind),
);

describe('columns', () => {
  it.each(kinds)('of %s are those of the whole', (kind) => {
    const { tried, wrong } = tryColumns(kind);
    expect(wrong).toBeUndefined();
    expect(tried).toBeGreaterThan(0);
  });
});
