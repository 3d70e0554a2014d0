/** Numbers as another type, as text or bits say what they are. */

import { perTensor } from '../../src/core/quant-params.ts';
import type { Random } from '../../src/core/random.ts';
import { elementCount, type Shape, type TensorType } from '../../src/core/tensor.ts';
import type { Operand } from '../ops/one-node.ts';
import { drawShape, floatOperand, int8Operand, oneOf } from './draw.ts';
import type { FloatCase } from './float-cases.ts';

type None = Record<string, never>;

const TARGETS = ['float32', 'int8', 'int32', 'int16'] as const;
const BITS = { int8: 8, int16: 16, int32: 32 } as const;

/** The digits in front of the point. */
function whole(x: number): bigint {
  return BigInt(x.toFixed(10).split('.')[0]);
}

function converted(x: number, from: TensorType['dtype'], to: (typeof TARGETS)[number]): number {
  if (to === 'float32') return new Float32Array([x])[0];
  const integer = from === 'float32' ? whole(x) : BigInt(x);
  return Number(BigInt.asIntN(BITS[to], integer));
}

/** To each type in turn. */
export function castOf(
  operandOf: (random: Random, shape: Shape, index: number) => Operand,
): (random: Random, index: number) => FloatCase<None> {
  return (random, index) => {
    const shape = drawShape(random);
    const x = operandOf(random, shape, index);
    const to = TARGETS[index % TARGETS.length];
    const expected = Array.from({ length: elementCount(shape) }, (_, i) =>
      converted(Number(x.data[i]), x.type.dtype, to),
    );
    return { attributes: {}, operands: [x], output: { dtype: to, shape }, expected };
  };
}

export const castFloat = castOf((random, shape) => floatOperand(random, shape, oneOf(random, [1, 50, 1e5])));
export const castInt8 = castOf((random, shape, index) =>
  int8Operand(random, shape, perTensor(0.5, 3), index),
);
