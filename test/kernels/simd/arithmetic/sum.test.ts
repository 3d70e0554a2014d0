import { describe, expect, it } from 'vitest';
import { perTensor } from '../../../../src/core/quant-params.ts';
import { createRandom, type Random } from '../../../../src/core/random.ts';
import { elementCount, type Shape } from '../../../../src/core/tensor.ts';
import { drawFloats, drawInt8, oneOf } from '../../../conformance/draw.ts';
import { expectAlike, planOf } from '../run-both.ts';

const CASES = 120;

/** Axes side by side before the last one, of images and of other shapes. */
function drawAxes(random: Random): { shape: Shape; axes: number[] } {
  const size = (): number => oneOf(random, [1, 2, 3, 7, 12]);
  const depth = 2 + random.below(30);
  return oneOf(random, [
    { shape: [size(), size(), size(), depth], axes: [1, 2] },
    { shape: [size(), size(), depth], axes: [1] },
    { shape: [size(), 3, depth], axes: [0, 1] },
    { shape: [size(), size(), 4, 5], axes: [0] },
    { shape: [1, 49, 10, depth], axes: [1, 2] },
  ]);
}

function drawCase(random: Random) {
  const { shape, axes } = drawAxes(random);
  return {
    attributes: { axes, keepDims: random.below(2) === 0 },
    input: { dtype: 'int8', shape, quant: perTensor(oneOf(random, [0.05, 0.02]), random.below(256) - 128) },
    output: { dtype: 'int8', quant: perTensor(oneOf(random, [0.05, 0.001, 0.7]), random.below(256) - 128) },
  } as const;
}

describe.each(['mean', 'sum'] as const)('SIMD %s', (kind) => {
  it('gives the bytes of the plain loops', () => {
    const random = createRandom(6, `simd ${kind}`);
    for (let index = 0; index < CASES; index++) {
      const one = drawCase(random);
      const records = [0, 1, 2].map((record) => drawInt8(random, elementCount(one.input.shape), record));
      expectAlike(
        { kind, ...one },
        records,
        `case ${index} [${one.input.shape}] over ${one.attributes.axes}`,
      );
    }
  });

  it('gives the bytes of the plain loops in float32', () => {
    const random = createRandom(8, `simd float ${kind}`);
    for (let index = 0; index < CASES; index++) {
      const { shape, axes } = drawAxes(random);
      const attributes = { axes, keepDims: random.below(2) === 0 };
      const records = [2, 3].map(() =>
        drawFloats(random, elementCount(shape)).map((value) =>
          oneOf(random, [value, value, 0, -0, 1e38 * value]),
        ),
      );
      expectAlike(
        { kind, attributes, input: { dtype: 'float32', shape }, output: { dtype: 'float32' } },
        records,
        `case ${index} [${shape}] over ${axes}`,
      );
    }
  });

  it('is left to the plain loops where single elements are added up, or axes lie apart', () => {
    const one = drawCase(createRandom(7, 'simd sum'));
    const input = { ...one.input, shape: [2, 3, 4, 5] };
    expect(planOf({ kind, ...one, input, attributes: { axes: [3], keepDims: false } })).toBeUndefined();
    expect(planOf({ kind, ...one, input, attributes: { axes: [0, 2], keepDims: false } })).toBeUndefined();
    expect(planOf({ kind, ...one, input, attributes: { axes: [1, 2], keepDims: false } })).toBeDefined();
  });
});
