import { expect, it } from 'vitest';
import { createRandom } from '../../../src/core/random.ts';
import { broadcast } from '../../../src/kernels/broadcast.ts';
import {
  addFloats,
  type BinaryLoop,
  binaryFloat,
  divideFloats,
  multiplyFloats,
  subtractFloats,
} from '../../../src/kernels/float/elementwise.ts';

const CASES: readonly (readonly [string, BinaryLoop, (a: number, b: number) => number])[] = [
  ['sums', addFloats, (a, b) => a + b],
  ['differences', subtractFloats, (a, b) => a - b],
  ['products', multiplyFloats, (a, b) => a * b],
  ['quotients', divideFloats, (a, b) => a / b],
];

const random = createRandom(9, 'elementwise');
const draw = (count: number): Float32Array =>
  Float32Array.from(
    { length: count },
    () => [0, -0, Number.NaN, Infinity, 9][random.below(9)] ?? random.normal(),
  );

it.each(CASES)('%s are of the elements that meet, within the bounds', (_, loop, function_) => {
  const [rows, columns] = [7, 6];
  for (const [clampMin, clampMax] of [
    [-Infinity, Infinity],
    [0, Infinity],
    [-1, 1],
  ]) {
    const whole = draw(rows * columns);
    const row = draw(columns);
    const column = draw(rows);
    const operands: readonly (readonly [Float32Array, readonly number[], (i: number) => number])[] = [
      [whole, [rows, columns], (i) => whole[i]],
      [row, [columns], (i) => row[i % columns]],
      [column, [rows, 1], (i) => column[Math.floor(i / columns)]],
    ];
    for (const [a, shapeA, elementA] of operands) {
      for (const [b, shapeB, elementB] of operands) {
        const output = new Float32Array(rows * columns);
        const shapes = broadcast(shapeA, shapeB, [rows, columns]);
        binaryFloat({ broadcast: shapes, clampMin, clampMax }, loop)(a, b, output);
        const expected = output.map((_, i) =>
          Math.min(Math.max(function_(elementA(i), elementB(i)), clampMin), clampMax),
        );
        expect(output).toEqual(expected);
      }
    }
  }
});
