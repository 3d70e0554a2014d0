import { expect, it } from 'vitest';
import { perTensor } from '../../../../src/core/quant-params.ts';
import { createRandom, type Random } from '../../../../src/core/random.ts';
import { elementCount, type Shape, type TensorType, tensorAt } from '../../../../src/core/tensor.ts';
import { createInterpreter } from '../../../../src/interpreter/interpreter.ts';
import { createSimdMemory } from '../../../../src/interpreter/tensor-memory.ts';
import type { AttributesOf } from '../../../../src/ops/index.ts';
import { kernelOf } from '../../../../src/ops/kernel-of.ts';
import { drawActivation, oneOf } from '../../../conformance/draw.ts';
import { oneNode } from '../../../ops/one-node.ts';
import { placesOf } from '../places.ts';

const CASES = 150;

type Kind = 'add' | 'sub' | 'mul' | 'div' | 'maximum' | 'minimum' | 'prelu';

const PATTERNS: readonly (readonly [Shape, Shape])[] = [
  [
    [1, 5, 4, 7],
    [1, 5, 4, 7],
  ],
  [[3], [3]],
  [[1, 1031], [1]],
  [[1], [1, 26]],
  [
    [1, 5, 4, 24],
    [1, 1, 1, 24],
  ],
  [[27], [1, 5, 4, 27]],
  [
    [3, 5, 4, 11],
    [3, 1, 1, 11],
  ],
  [
    [4, 1, 16],
    [1, 6, 16],
  ],
  [
    [1, 20, 17],
    [1, 20, 1],
  ],
  [
    [2, 6, 1],
    [2, 1, 9],
  ],
];

const float = (shape: Shape): TensorType => ({ dtype: 'float32', shape });

/** Of all sizes, with what has a sign of its own, no number or no end. */
function drawFloats(random: Random, length: number): Float32Array {
  const special = [0, -0, NaN, Infinity, -Infinity, 6, -1, 1, 1e-45, 3.4e38];
  return Float32Array.from({ length }, () =>
    random.below(6) === 0 ? oneOf(random, special) : (random.uniform() - 0.5) * 10 ** (random.below(12) - 5),
  );
}

function graphOf(random: Random, kind: Kind, [a, b]: readonly [Shape, Shape], constant?: number) {
  const output = Array.from(
    { length: Math.max(a.length, b.length) },
    (_, axis, rank = Math.max(a.length, b.length)) =>
      Math.max(a[axis - rank + a.length] ?? 1, b[axis - rank + b.length] ?? 1),
  );
  const isFused = kind !== 'maximum' && kind !== 'minimum' && kind !== 'prelu';
  const attributes = (isFused ? { activation: drawActivation(random) } : {}) as AttributesOf<Kind>;
  const operands = [a, b].map((shape, position) =>
    position === constant
      ? { type: float(shape), data: drawFloats(random, elementCount(shape)), constant: true }
      : { type: float(shape) },
  );
  return oneNode(kind, attributes, operands, float(output));
}

/** Zeros of both signs are told apart. */
function bitsOf([data]: ReturnType<ReturnType<typeof createInterpreter>['invoke']>): unknown[] {
  return Array.from(data, Number).map((value) => (Object.is(value, -0) ? '-0' : value));
}

it.each(['add', 'sub', 'mul', 'div', 'maximum', 'minimum', 'prelu'] as const)(
  'SIMD %s of float32 gives the bytes of the plain loops',
  (kind) => {
    const random = createRandom(1, `simd float ${kind}`);
    for (let index = 0; index < CASES; index++) {
      const [a, b] = PATTERNS[index % PATTERNS.length];
      const shapes = random.below(2) === 0 ? ([a, b] as const) : ([b, a] as const);
      const constant = oneOf(random, [undefined, 0, 1]);
      const graph = graphOf(random, kind, shapes, constant);
      const [simd, plain] = [createInterpreter(graph), createInterpreter(graph, { kernels: 'plain' })];
      const records = simd.inputs.map(({ shape }) => drawFloats(random, elementCount(shape)));
      expect(bitsOf(simd.invoke(records)), `[${shapes.join('] and [')}]`).toEqual(
        bitsOf(plain.invoke(records)),
      );
    }
  },
);

it('is planned for all of these patterns, and neither for short rows nor for two constants', () => {
  const kernel = kernelOf('add', 'float32');
  const isPlanned = (a: Shape, b: Shape, output: Shape, operand: 'computed' | Float32Array): boolean => {
    const prepared = kernel?.prepare({ activation: 'none' }, [float(a), float(b)], [float(output)]);
    return kernel?.simd?.(prepared, [operand, operand], [float(output)]) !== undefined;
  };
  expect(isPlanned([1, 20, 17], [1, 20, 1], [1, 20, 17], 'computed')).toBe(true);
  expect(isPlanned([40, 4], [1, 4], [40, 4], 'computed')).toBe(false);
  expect(isPlanned([2, 3, 4, 5, 16], [2, 1, 4, 1, 16], [2, 3, 4, 5, 16], 'computed')).toBe(false);
  expect(isPlanned([4], [4], [4], new Float32Array(4))).toBe(false);
});

it.each(['float32', 'int8'] as const)('%s results may lie at the very beginning of memory', (dtype) => {
  const shape = [1, 3];
  const kernel = kernelOf('maximum', dtype);
  const type: TensorType = { dtype, shape, ...(dtype === 'int8' ? { quant: perTensor(1, 0) } : {}) };
  const plan = kernel?.simd?.(kernel.prepare({}, [type, type], [type]), ['computed', 'computed'], [type]);
  const memory = plan && createSimdMemory(96, [plan]);
  if (plan === undefined || memory === undefined)
    throw new Error('this machine has no WebAssembly with SIMD');
  const [output, a, b] = [0, 32, 64].map((at) => tensorAt(type, memory.buffer, at));
  for (const [index, value] of [1, -2, 3].entries()) a[index] = value;
  for (const [index, value] of [-1, 2, 5].entries()) b[index] = value;
  plan.bind(memory.kernels, placesOf(memory, plan, [32, 64], [0]))();
  expect(Array.from(output, Number)).toEqual([1, 2, 5]);
});
