import { expect, it } from 'vitest';
import { createRandom, type Random } from '../../../../src/core/random.ts';
import { elementCount, type Shape, type TensorType } from '../../../../src/core/tensor.ts';
import { createInterpreter } from '../../../../src/interpreter/interpreter.ts';
import { kernelOf } from '../../../../src/ops/kernel-of.ts';
import { drawActivation, drawInt8, drawQuant, oneOf } from '../../../conformance/draw.ts';
import { oneNode } from '../../../ops/one-node.ts';

const CASES = 60;

/** Lengths around eight elements, and around what is added up at a time. */
function drawShape(random: Random): Shape {
  return oneOf(random, [
    [1 + random.below(20)],
    [1, 8, 8, 16],
    [511 + random.below(4)],
    [3, 1 + random.below(500)],
  ]);
}

function drawCase(random: Random, shape: Shape) {
  const operand = (): TensorType => ({ dtype: 'int8', shape, quant: drawQuant(random, 0.01, 0.1) });
  // Some outputs so coarse that sums are requantized step by step.
  const output: TensorType = {
    dtype: 'int8',
    shape,
    quant: drawQuant(random, 0.02, oneOf(random, [0.2, 3])),
  };
  return { attributes: { activation: drawActivation(random) }, operands: [operand(), operand()], output };
}

it.each(['add', 'sub'] as const)('SIMD %s gives the bytes of the plain loops', (kind) => {
  const random = createRandom(8, `simd ${kind}`);
  for (let index = 0; index < CASES; index++) {
    const { attributes, operands, output } = drawCase(random, drawShape(random));
    const graph = oneNode(
      kind,
      attributes,
      operands.map((type) => ({ type })),
      output,
    );
    const [simd, plain] = [createInterpreter(graph), createInterpreter(graph, { kernels: 'plain' })];
    const length = elementCount(output.shape);
    for (let record = 0; record < 4; record++) {
      const records = [drawInt8(random, length, record), drawInt8(random, length, 3 - record)];
      const [actual] = simd.invoke(records);
      expect(actual, `case ${index} [${output.shape}]`).toEqual(plain.invoke(records)[0]);
    }
  }
});

it('is planned for two computed operands of one shape alone', () => {
  const kernel = kernelOf('add', 'int8');
  const { attributes, operands, output } = drawCase(createRandom(9, 'simd add'), [2, 3]);
  const [a, b] = operands;
  const prepared = kernel?.prepare(attributes, [a, b], [output]);
  expect(kernel?.simd?.(prepared, ['computed', 'computed'], [])).toBeDefined();
  expect(kernel?.simd?.(prepared, ['computed', new Int8Array(6)], [])).toBeUndefined();
  const repeated = kernel?.prepare(attributes, [a, { ...b, shape: [1, 3] }], [output]);
  expect(kernel?.simd?.(repeated, ['computed', 'computed'], [])).toBeUndefined();
});
