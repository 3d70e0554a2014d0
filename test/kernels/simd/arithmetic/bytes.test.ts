import { expect, it } from 'vitest';
import { createRandom } from '../../../../src/core/random.ts';
import { elementCount, type Shape, type TensorType } from '../../../../src/core/tensor.ts';
import { createInterpreter } from '../../../../src/interpreter/interpreter.ts';
import { kernelOf } from '../../../../src/ops/kernel-of.ts';
import { drawInt8, drawQuant, oneOf } from '../../../conformance/draw.ts';
import { oneNode } from '../../../ops/one-node.ts';

const CASES = 90;

const PATTERNS: readonly (readonly [Shape, Shape])[] = [
  [
    [1, 5, 4, 24],
    [1, 5, 4, 24],
  ],
  [[13], [13]],
  [
    [1, 6, 5, 8],
    [1, 1, 1, 8],
  ],
  [
    [1, 20, 37],
    [1, 20, 1],
  ],
  [[1, 531], [1]],
  [
    [3, 5, 11],
    [3, 1, 11],
  ],
];

it.each(['maximum', 'minimum', 'prelu'] as const)(
  'SIMD %s of int8 gives the bytes of the plain loops',
  (kind) => {
    const random = createRandom(1, `simd ${kind}`);
    for (let index = 0; index < CASES; index++) {
      const [whole, part] = PATTERNS[index % PATTERNS.length];
      const isTurned = kind !== 'prelu' && random.below(2) === 0;
      const shapes = isTurned ? [part, whole] : [whole, part];
      const types = shapes.map(
        (shape): TensorType => ({ dtype: 'int8', shape, quant: drawQuant(random, 0.01, 0.1) }),
      );
      const output = { ...types[0], shape: whole, quant: drawQuant(random, 0.002, 0.3) };
      const constant = kind === 'prelu' ? 1 : oneOf(random, [undefined, 0, 1]);
      const operands = types.map((type, position) =>
        position === constant
          ? { type, data: drawInt8(random, elementCount(type.shape), 2 + random.below(2)), constant: true }
          : { type },
      );
      const graph = oneNode(kind, {}, operands, output);
      const given = operands.map(({ data }: { data?: Int8Array }) => data ?? 'computed');
      const kernel = kernelOf(kind, 'int8');
      expect(kernel?.simd?.(kernel.prepare({}, types, [output]), given, [output])).toBeDefined();
      const [simd, plain] = [createInterpreter(graph), createInterpreter(graph, { kernels: 'plain' })];
      for (let record = 0; record < 4; record++) {
        const records = simd.inputs.map(({ shape }) => drawInt8(random, elementCount(shape), record));
        expect(simd.invoke(records)[0], `[${shapes.join('] and [')}]`).toEqual(plain.invoke(records)[0]);
      }
    }
  },
);
