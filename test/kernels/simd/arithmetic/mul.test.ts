import { expect, it } from 'vitest';
import { createRandom, type Random } from '../../../../src/core/random.ts';
import { elementCount, type Shape, type TensorType } from '../../../../src/core/tensor.ts';
import { createInterpreter } from '../../../../src/interpreter/interpreter.ts';
import { kernelOf } from '../../../../src/ops/kernel-of.ts';
import { drawActivation, drawInt8, drawQuant, oneOf } from '../../../conformance/draw.ts';
import { oneNode } from '../../../ops/one-node.ts';

const CASES = 20;

interface Case {
  readonly attributes: { readonly activation: ReturnType<typeof drawActivation> };
  readonly operands: readonly [TensorType, TensorType];
  readonly output: TensorType;
}

function drawCase(random: Random, a: Shape, b: Shape, output: Shape): Case {
  const operand = (shape: Shape): TensorType => ({
    dtype: 'int8',
    shape,
    quant: drawQuant(random, 0.01, 0.1),
  });
  // Some outputs so fine that products are shifted to the left.
  const quant = drawQuant(random, oneOf(random, [0.02, 1e-5]), 2);
  return {
    attributes: { activation: drawActivation(random) },
    operands: [operand(a), operand(b)],
    output: { dtype: 'int8', shape: output, quant },
  };
}

function isPlanned({ attributes, operands, output }: Case): boolean {
  const kernel = kernelOf('mul', 'int8');
  const prepared = kernel?.prepare(attributes, operands, [output]);
  return kernel?.simd?.(prepared, ['computed', 'computed'], [output]) !== undefined;
}

function expectAlike(random: Random, { attributes, operands, output }: Case, constant?: number): void {
  const [a, b] = operands.map((type, position) =>
    position === constant
      ? { type, data: drawInt8(random, elementCount(type.shape), 2), constant: true }
      : { type },
  );
  const graph = oneNode('mul', attributes, [a, b], output);
  const [simd, plain] = [createInterpreter(graph), createInterpreter(graph, { kernels: 'plain' })];
  const computed = operands.filter((_, position) => position !== constant);
  for (let record = 0; record < 4; record++) {
    const records = computed.map(({ shape }, position) =>
      drawInt8(random, elementCount(shape), position === 0 ? record : 3 - record),
    );
    const [actual] = simd.invoke(records);
    expect(actual, `[${operands[0].shape}] · [${operands[1].shape}]`).toEqual(plain.invoke(records)[0]);
  }
}

it.each([
  ['all elements', [1, 8, 8, 16], [1, 8, 8, 16]],
  ['few elements', [3], [3]],
  ['more than are multiplied at a time', [1, 1031], [1, 1031]],
  ['pixels with channels', [1, 5, 4, 24], [1, 1, 1, 24]],
  ['channels with pixels', [1, 1, 1, 27], [1, 5, 4, 27]],
  ['pixels with channels of their batch', [3, 5, 4, 11], [3, 1, 1, 11]],
  ['rows with columns of others', [4, 1, 16], [1, 6, 16]],
  ['an element for each row', [6, 20], [6, 1]],
  ['one element with all', [1, 1], [3, 1031]],
  ['all with one element', [1, 601], [1, 1]],
] as const)('SIMD mul of %s gives the bytes of the plain loops', (label, a, b) => {
  const random = createRandom(1, `simd mul ${label}`);
  const output = a.map((size, axis) => Math.max(size, b[axis]));
  for (let index = 0; index < CASES; index++) {
    const one = drawCase(random, a, b, output);
    expect(isPlanned(one)).toBe(true);
    expectAlike(random, one, oneOf(random, [undefined, 0, 1]));
  }
});

it.each([
  ['short rows', [40, 4], [1, 4]],
  ['rows that are repeated here and there', [2, 3, 4, 5, 16], [2, 1, 4, 1, 16]],
] as const)('leaves %s to the plain loops', (label, a, b) => {
  const random = createRandom(2, `plain mul ${label}`);
  const one = drawCase(random, a, b, a);
  expect(isPlanned(one)).toBe(false);
  expectAlike(random, one);
});
