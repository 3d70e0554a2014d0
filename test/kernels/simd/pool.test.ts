import { describe, expect, it } from 'vitest';
import { perTensor } from '../../../src/core/quant-params.ts';
import { createRandom, type Random } from '../../../src/core/random.ts';
import { elementCount } from '../../../src/core/tensor.ts';
import { drawActivation, drawInt8, oneOf } from '../../conformance/draw.ts';
import { expectAlike, planOf } from './run-both.ts';

const CASES = 150;

/** Average pooling of small numbers, in which ties are frequent, or any. */
function drawRecord(random: Random, dtype: 'int8' | 'float32', length: number, index: number) {
  if (dtype === 'int8') {
    return index % 2 === 0
      ? Int8Array.from({ length }, () => random.below(4) - 2)
      : drawInt8(random, length, index >> 1);
  }
  return Float32Array.from({ length }, () =>
    oneOf(random, [random.normal(), -Math.abs(random.normal()), 1e30, -Infinity, Number.NaN, 0, -0]),
  );
}

function drawCase(random: Random, dtype: 'int8' | 'float32') {
  const image = [1 + random.below(2), 1 + random.below(9), 1 + random.below(9), 1 + random.below(40)];
  const pair = (): [number, number] => [1 + random.below(4), 1 + random.below(4)];
  const filter = pair();
  const fits = filter[0] <= image[1] && filter[1] <= image[2];
  const padding = fits && random.below(2) === 0 ? ('valid' as const) : ('same' as const);
  const quant = dtype === 'int8' ? { quant: perTensor(0.05, random.below(256) - 128) } : {};
  return {
    attributes: { filter, strides: pair(), padding, activation: drawActivation(random) },
    input: { dtype, shape: image, ...quant },
    output: { dtype, ...quant },
  };
}

describe.each(['int8', 'float32'] as const)('SIMD pooling of %s', (dtype) => {
  it.each(['average_pool_2d', 'max_pool_2d'] as const)('gives the bytes of the plain loops: %s', (kind) => {
    const random = createRandom(4, `simd ${kind} ${dtype}`);
    for (let index = 0; index < CASES; index++) {
      const one = drawCase(random, dtype);
      const records = [0, 1, 2, 3].map((record) =>
        drawRecord(random, dtype, elementCount(one.input.shape), record),
      );
      const label = `case ${index} [${one.input.shape}] ${JSON.stringify(one.attributes)}`;
      expectAlike({ kind, ...one }, records, label);
    }
  });

  it('is left to the plain loops where a window has more taps than float32 counts', () => {
    const one = drawCase(createRandom(5, 'simd pool'), dtype);
    const attributes = {
      ...one.attributes,
      padding: 'same' as const,
      filter: [4097, 4096] as [number, number],
    };
    expect(planOf({ kind: 'max_pool_2d', ...one, attributes })).toBeUndefined();
  });
});
