/** Random operands of plain integers and conditions, and cases of two operands that broadcast. */

import { INT32_MAX, INT32_MIN } from '../../src/core/fixed-point.ts';
import type { Random } from '../../src/core/random.ts';
import { elementCount, type Shape, type TensorType } from '../../src/core/tensor.ts';
import type { Operand } from '../ops/one-node.ts';
import { drawBroadcast, elementFor, oneOf } from './draw.ts';
import type { FloatCase } from './float-cases.ts';

/** Both ends of int32, numbers of every size, and what is near zero. */
export function drawInt32(random: Random): number {
  const bits = random.below(32);
  return oneOf(random, [0, 1, -1, INT32_MAX, INT32_MIN, (random.uint32() | 0) >> bits]);
}

export function int32Operand(random: Random, shape: Shape): Operand {
  const data = Int32Array.from({ length: elementCount(shape) }, () => drawInt32(random));
  return { type: { dtype: 'int32', shape }, data };
}

export function boolOperand(random: Random, shape: Shape): Operand {
  const data = Uint8Array.from({ length: elementCount(shape) }, () => random.below(2));
  return { type: { dtype: 'bool', shape }, data };
}

export interface Pairs<Attributes> {
  readonly attributes: (random: Random) => Attributes;
  readonly a: (random: Random, shape: Shape, index: number) => Operand;
  /** Without it, as the first. */
  readonly b?: (random: Random, shape: Shape, index: number) => Operand;
  readonly output: (random: Random, shape: Shape, a: TensorType, b: TensorType) => TensorType;
  readonly combine: (
    a: number,
    b: number,
    types: Readonly<Record<'a' | 'b' | 'output', TensorType>>,
    attributes: Attributes,
  ) => number;
}

/** What `combine` makes of two operands of broadcasting shapes. */
export function pairs<Attributes>(
  p: Pairs<Attributes>,
): (random: Random, index: number) => FloatCase<Attributes> {
  return (random, index) => {
    const shape = drawBroadcast(random);
    const attributes = p.attributes(random);
    const [a, b] = [p.a(random, shape.a, index), (p.b ?? p.a)(random, shape.b, index)];
    const output = p.output(random, shape.output, a.type, b.type);
    const types = { a: a.type, b: b.type, output };
    const expected = Array.from({ length: elementCount(shape.output) }, (_, at) =>
      p.combine(
        Number(a.data[elementFor(at, shape.output, shape.a)]),
        Number(b.data[elementFor(at, shape.output, shape.b)]),
        types,
        attributes,
      ),
    );
    return { attributes, operands: [a, b], output, expected };
  };
}

export const noAttributes = (): Record<string, never> => ({});
