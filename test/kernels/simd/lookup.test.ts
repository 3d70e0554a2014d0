import { expect, it } from 'vitest';
import { perTensor } from '../../../src/core/quant-params.ts';
import { createRandom } from '../../../src/core/random.ts';
import { kernelOf } from '../../../src/ops/kernel-of.ts';
import { drawInt8 } from '../../conformance/draw.ts';
import { expectAlike } from './run-both.ts';

it.each(['logistic', 'hard_swish', 'relu6'] as const)('SIMD %s looks up what the plain loop does', (kind) => {
  const random = createRandom(1, `simd lookup ${kind}`);
  const output = { dtype: 'int8', quant: perTensor(1 / 256, -128) } as const;
  for (const length of [1, 2, 3, 4, 5, 7, 255, 256, 1001]) {
    const input = { dtype: 'int8', shape: [length], quant: perTensor(1 / 64, 3) } as const;
    const records = [0, 1, 2, 3].map((record) => drawInt8(random, length, record));
    expectAlike({ kind, attributes: {}, input, output }, records, `${length} elements`);
  }
});

it('a constant is left to the plain loop', () => {
  const type = { dtype: 'int8', shape: [3], quant: perTensor(1 / 64, 3) } as const;
  const kernel = kernelOf('relu6', 'int8');
  const prepared = kernel?.prepare({}, [type], [type]);
  expect(kernel?.simd?.(prepared, ['computed'], [type])).toBeDefined();
  expect(kernel?.simd?.(prepared, [new Int8Array(3)], [type])).toBeUndefined();
});
