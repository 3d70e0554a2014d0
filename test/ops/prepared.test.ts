/** What kernels prepare: plain numbers, few of them, that say everything. C source prints them. */

import { describe, expect, it } from 'vitest';
import { createRandom } from '../../src/core/random.ts';
import { allocate, elementCount, type TensorData, type TensorType } from '../../src/core/tensor.ts';
import { OP_KINDS, opOf, type PreparedOf } from '../../src/ops/index.ts';
import { COMPUTED_TYPES, type ComputedType } from '../../src/ops/op.ts';
import { int8Cases } from '../conformance/exact-int8.ts';
import { floatCases } from '../conformance/float-cases.ts';
import { plainCases } from '../conformance/plain-cases.ts';

const CASES = 10;

/** Numbers, and lists and records of them; anything else is named by its path. */
function leavesOf(value: unknown, path: string): (readonly [path: string, plain: boolean])[] {
  if (typeof value !== 'object' || value === null) {
    const plain = ['number', 'boolean', 'string', 'undefined'].includes(typeof value);
    return [[path, plain]];
  }
  const isPlain = Array.isArray(value) || Object.getPrototypeOf(value) === Object.prototype;
  if (!isPlain) return [[path, false]];
  return Object.entries(value).flatMap(([key, member]) => leavesOf(member, `${path}.${key}`));
}

/** As many numbers as a handful for each axis and a few for each channel take. */
function mostLeaves(types: readonly (TensorType | undefined)[]): number {
  const axes = types.reduce((sum, type) => sum + (type?.shape.length ?? 0), 0);
  const longest = Math.max(...types.flatMap((type) => type?.shape ?? []), 1);
  return 24 + 4 * axes + 4 * longest;
}

const drawn = (type: ComputedType, kind: (typeof OP_KINDS)[number]) =>
  type === 'float32' ? floatCases[kind] : type === 'int8' ? int8Cases[kind] : plainCases[type][kind];

const kindsOf = (type: ComputedType) =>
  OP_KINDS.filter((kind) => opOf(kind).kernels[type] !== undefined && drawn(type, kind) !== undefined);

describe.each(COMPUTED_TYPES.filter((type) => kindsOf(type).length > 0))('prepare of %s', (type) => {
  it.each(kindsOf(type))('%s', (kind) => {
    const random = createRandom(11, `prepared numbers of ${kind}`);
    let checked = 0;
    for (let index = 0; index < CASES; index++) {
      const one = drawn(type, kind)?.(random, index);
      if (one === undefined || one.operands[0]?.type.dtype !== type) continue;
      const inputs = one.operands.map((operand) => operand?.type);
      const outputs = [one.output, ...(one.more ?? []).map(({ output }) => output)];
      const kernel = opOf(kind).kernels[type];
      const prepared = kernel?.prepare(one.attributes, inputs, outputs);
      const leaves = leavesOf(prepared, kind);
      expect(leaves.filter(([, plain]) => !plain)).toEqual([]);
      expect(leaves.length).toBeLessThanOrEqual(mostLeaves([...inputs, ...outputs]));

      const run = (numbers: unknown): TensorData[] => {
        const results = outputs.map(({ dtype, shape }) => allocate(dtype, elementCount(shape)));
        // States are changed in place.
        const operands = one.operands.map((operand) => operand?.data.slice());
        kernel?.build(numbers).run(operands, results);
        return results;
      };
      expect(run(structuredClone(prepared))).toEqual(run(prepared));
      checked++;
    }
    expect(checked).toBeGreaterThan(0);
  });
});

it('prepared numbers have a type of their own for every operator', () => {
  const softmax: PreparedOf<'softmax', 'int8'> = {
    depth: 3,
    outputBits: 8,
    multiplier: 1,
    leftShift: 1,
    minDifference: 0,
  };
  const convolution: PreparedOf<'conv_2d', 'int8'>['multipliers'] = [1, 2];
  expect([softmax.depth, convolution.length]).toEqual([3, 2]);
});
