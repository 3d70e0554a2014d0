import { expect, it } from 'vitest';
import { createRandom, type Random } from '../../../../src/core/random.ts';
import { elementCount, type Shape, type TensorType } from '../../../../src/core/tensor.ts';
import { createInterpreter } from '../../../../src/interpreter/interpreter.ts';
import { kernelOf } from '../../../../src/ops/kernel-of.ts';
import { drawFloats, drawInt8, drawQuant, logUniform, oneOf } from '../../../conformance/draw.ts';
import { oneNode } from '../../../ops/one-node.ts';

const CASES = 250;

function drawSizes(random: Random) {
  const side = (most: number): number => 1 + random.below(most);
  const [rows, columns] = [oneOf(random, [1, side(20)]), oneOf(random, [1, 8, 16, 17, side(40)])];
  const depth = oneOf(random, [1, 2, side(20), side(90)]);
  const adjY = random.below(2) === 0;
  const [batchesA, batchesB] = oneOf(random, [
    [[], []],
    [[3], [3]],
    [
      [2, 1],
      [1, 3],
    ],
    [[1], [2]],
  ] as const);
  const batches = batchesA.map((size, axis) => Math.max(size, batchesB[axis]));
  return {
    attributes: { adjX: false, adjY },
    a: [...batchesA, rows, depth],
    b: [...batchesB, ...(adjY ? [columns, depth] : [depth, columns])],
    output: [...batches, rows, columns],
  };
}

it('SIMD batch_matmul of int8 gives the bytes of the plain loops', () => {
  const random = createRandom(1, 'simd batch_matmul');
  const kernel = kernelOf('batch_matmul', 'int8');
  for (let index = 0; index < CASES; index++) {
    const { attributes, a, b, output } = drawSizes(random);
    const int8 = (shape: Shape, scale: number): TensorType => ({
      dtype: 'int8',
      shape,
      quant: { ...drawQuant(random), scale },
    });
    // Some outputs so fine that sums are shifted to the left.
    const types = [int8(a, 1), int8(b, logUniform(random, 1e-5, oneOf(random, [0.01, 3])))];
    const result = int8(output, 1);
    expect(
      kernel?.simd?.(kernel.prepare(attributes, types, [result]), ['computed', 'computed'], [result]),
    ).toBeDefined();
    const constant = oneOf(random, [undefined, undefined, 0, 1]);
    const operands = types.map((type, position) =>
      position === constant
        ? { type, data: drawInt8(random, elementCount(type.shape), 2), constant: true }
        : { type },
    );
    const graph = oneNode('batch_matmul', attributes, operands, result);
    const [simd, plain] = [createInterpreter(graph), createInterpreter(graph, { kernels: 'plain' })];
    for (let record = 0; record < 4; record++) {
      const records = simd.inputs.map(({ shape }, position) =>
        drawInt8(random, elementCount(shape), position === 0 ? record : 3 - record),
      );
      const [actual] = simd.invoke(records);
      expect(actual, `case ${index} [${a}] · [${b}]`).toEqual(plain.invoke(records)[0]);
    }
  }
});

it('SIMD batch_matmul of float32 gives the bytes of the plain loops', () => {
  const random = createRandom(2, 'simd float batch_matmul');
  const kernel = kernelOf('batch_matmul', 'float32');
  for (let index = 0; index < CASES; index++) {
    const { attributes, a, b, output } = drawSizes(random);
    const real = (shape: Shape): TensorType => ({ dtype: 'float32', shape });
    const graph = oneNode('batch_matmul', attributes, [{ type: real(a) }, { type: real(b) }], real(output));
    const prepared = kernel?.prepare(attributes, [real(a), real(b)], [real(output)]);
    expect(kernel?.simd?.(prepared, ['computed', 'computed'], [real(output)])).toBeDefined();
    const [simd, plain] = [createInterpreter(graph), createInterpreter(graph, { kernels: 'plain' })];
    const records = [a, b].map((shape) =>
      drawFloats(random, elementCount(shape)).map((value) =>
        oneOf(random, [value, value, 0, -0, index % 10 === 9 ? Infinity : value]),
      ),
    );
    const [actual] = simd.invoke(records);
    expect(actual, `case ${index} [${a}] · [${b}]`).toEqual(plain.invoke(records)[0]);
  }
});

it('is not planned where the rows of the first factor lie scattered', () => {
  const kernel = kernelOf('batch_matmul', 'float32');
  const types = [
    [3, 2],
    [3, 4],
    [2, 4],
  ].map((shape): TensorType => ({ dtype: 'float32', shape }));
  const prepared = kernel?.prepare({ adjX: true, adjY: false }, types.slice(0, 2), [types[2]]);
  expect(kernel?.simd?.(prepared, ['computed', 'computed'], [types[2]])).toBeUndefined();
});
