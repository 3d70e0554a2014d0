import { expect, it } from 'vitest';
import { quantizeMultiplier } from '../../src/core/fixed-point.ts';
import { broadcast } from '../../src/kernels/broadcast.ts';
import { addInt8 } from '../../src/kernels/int8/add.ts';

it('adds large tensors, whose pairs it looks up, as it adds small ones', () => {
  const operand = { zeroPoint: -3, multiplier: quantizeMultiplier(0.43) };
  const add = () =>
    addInt8({
      broadcast: broadcast([1], [1], [1]),
      a: operand,
      b: { ...operand, zeroPoint: 11 },
      signB: 1,
      outputMultiplier: quantizeMultiplier(0.9e-6),
      outputZeroPoint: 5,
      clampMin: -100,
      clampMax: 120,
    });
  // Every pair twice, so that the second time it is known.
  const count = 2 * 256 * 256;
  const [a, b, output] = [0, 1, 2].map(() => new Int8Array(count));
  for (let i = 0; i < count; i++) {
    a[i] = i;
    b[i] = i >> 8;
  }
  add()(a, b, output);
  const one = add();
  const expected = new Int8Array(count);
  for (let start = 0; start < count; start += 256) {
    const [smallA, smallB, small] = [a, b, expected].map((data) => data.subarray(start, start + 256));
    one(smallA, smallB, small);
  }
  expect(output.every((value, i) => value === expected[i])).toBe(true);
});
