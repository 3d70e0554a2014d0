/** Coded tensors of every type, width of indices and place of the channels, packed bit by bit in a string. */

import { perAxis } from '../../src/core/quant-params.ts';
import type { Random } from '../../src/core/random.ts';
import { dataFromBytes, elementCount, type Shape, type TensorType } from '../../src/core/tensor.ts';
import type { AttributesOf } from '../../src/ops/index.ts';
import type { Operand } from '../ops/one-node.ts';
import { oneOf } from './draw.ts';
import type { Case } from './exact-int8.ts';

const DTYPES = ['int8', 'int16', 'int32', 'float32', 'bool', 'int64'] as const;
const ELEMENT_BYTES = {
  int8: 1,
  int16: 2,
  int32: 4,
  float32: 4,
  bool: 1,
  int64: 8,
} as const;

interface Part {
  readonly table: AttributesOf<'tflm_decode'>['tables'][number];
  readonly operands: readonly [Operand, Operand];
  readonly output: TensorType;
  readonly expected: ArrayLike<number>;
}

function bytesOperand(bytes: readonly number[]): Operand {
  const data = Uint8Array.from(bytes);
  return { type: { dtype: 'uint8', shape: [data.length] }, data };
}

/** One scale for each index of the axis; undefined: one for all. */
function quantAlong(axis: number | undefined, shape: Shape): Pick<TensorType, 'quant'> {
  return axis === undefined ? {} : { quant: perAxis(axis, new Array<number>(shape[axis]).fill(0.5)) };
}

function packed(indices: readonly number[], bitWidth: number): number[] {
  const bits = indices.map((index) => index.toString(2).padStart(bitWidth, '0')).join('');
  return (bits.match(/.{1,8}/g) ?? []).map((byte) => Number.parseInt(byte.padEnd(8, '0'), 2));
}

function position(index: number, shape: Shape, axis: number): number {
  const inner = elementCount(shape.slice(axis + 1));
  return Math.trunc(index / inner) % shape[axis];
}

function drawPart(random: Random, index: number): Part {
  const bitWidth = 1 + (index % 7);
  const shape = Array.from({ length: 1 + random.below(4) }, () => 1 + random.below(6));
  const dtype = oneOf(random, DTYPES);
  const axis =
    dtype === 'int8' || dtype === 'int16'
      ? oneOf(random, [undefined, 0, shape.at(-1) === 1 ? 0 : shape.length - 1])
      : undefined;
  const channels = axis === undefined ? 1 : shape[axis];
  const used = 1 + random.below(2 ** bitWidth);
  const stride = oneOf(random, [used, used, 0, Math.min(128, used + 3)]);
  const count = elementCount(shape);
  const indices = Array.from({ length: count }, () => oneOf(random, [0, used - 1, random.below(used)]));
  const held = Math.max(used, channels * stride);
  const bytes = Array.from({ length: held * ELEMENT_BYTES[dtype] }, () =>
    random.below(dtype === 'bool' ? 2 : 256),
  );
  // Not a number is not equal to itself.
  if (dtype === 'float32') for (let at = 3; at < bytes.length; at += 4) bytes[at] &= 0x3f;
  const values = dataFromBytes(dtype, Uint8Array.from(bytes));
  return {
    table: { shape, bitWidth, stride },
    operands: [
      bytesOperand([...packed(indices, bitWidth), ...(random.below(2) ? [255] : [])]),
      bytesOperand([0, 1, 0, 0, 1, bitWidth, stride, ...new Array<number>(9).fill(0), ...bytes]),
    ],
    output: { dtype, shape, ...quantAlong(axis, shape) },
    expected: Array.from(indices, (value, at) =>
      Number(values[(axis === undefined ? 0 : position(at, shape, axis)) * stride + value]),
    ),
  };
}

export function decodeCases(random: Random, index: number): Case<AttributesOf<'tflm_decode'>> {
  const parts = Array.from({ length: 1 + random.below(3) }, () => drawPart(random, index));
  const [{ output, expected }, ...more] = parts;
  return {
    attributes: { tables: parts.map(({ table }) => table) },
    operands: parts.flatMap(({ operands }) => operands),
    output,
    expected,
    more,
  };
}
