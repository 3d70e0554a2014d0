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

/** Of rows and of single elements that are repeated, and of constants. */
const REPEATED: readonly (readonly [Shape, Shape])[] = [
  [
    [1, 5, 4, 24],
    [1, 1, 1, 24],
  ],
  [
    [1, 20, 17],
    [1, 20, 1],
  ],
  [[1, 1031], [1]],
  [
    [4, 1, 16],
    [1, 6, 16],
  ],
];

it.each(['add', 'sub'] as const)('SIMD %s repeats operands and takes constants', (kind) => {
  const random = createRandom(10, `simd ${kind} repeated`);
  for (let index = 0; index < CASES; index++) {
    const [whole, part] = REPEATED[index % REPEATED.length];
    const output = whole.map((size, axis) => Math.max(size, part[axis - whole.length + part.length] ?? 1));
    const shapes = random.below(2) === 0 ? [whole, part] : [part, whole];
    const { attributes, operands, output: type } = drawCase(random, output);
    const constant = oneOf(random, [undefined, 0, 1]);
    const given = operands.map((operand, position) => {
      const shape = shapes[position];
      const data = drawInt8(random, elementCount(shape), 2);
      return { type: { ...operand, shape }, ...(position === constant ? { data, constant: true } : {}) };
    });
    const graph = oneNode(kind, attributes, given, type);
    const [simd, plain] = [createInterpreter(graph), createInterpreter(graph, { kernels: 'plain' })];
    const records = simd.inputs.map(({ shape }) => drawInt8(random, elementCount(shape), index % 4));
    const [actual] = simd.invoke(records);
    expect(actual, `case ${index} [${shapes.join('] and [')}]`).toEqual(plain.invoke(records)[0]);
  }
});

it('is planned for constants and repeated operands, and not for short rows', () => {
  const kernel = kernelOf('add', 'int8');
  const { attributes, operands, output } = drawCase(createRandom(9, 'simd add'), [40, 20]);
  const [a, b] = operands;
  const isPlanned = (shape: Shape, operand: 'computed' | Int8Array, length = 20): boolean => {
    const types = [
      { ...a, shape: [40, length] },
      { ...b, shape },
    ];
    const prepared = kernel?.prepare(attributes, types, [{ ...output, shape: [40, length] }]);
    return kernel?.simd?.(prepared, ['computed', operand], []) !== undefined;
  };
  expect(isPlanned([40, 20], 'computed')).toBe(true);
  expect(isPlanned([1, 20], new Int8Array(20))).toBe(true);
  expect(isPlanned([40, 1], 'computed')).toBe(true);
  expect(isPlanned([1, 4], 'computed', 4)).toBe(false);
});
