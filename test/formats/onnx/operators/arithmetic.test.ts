import { describe, expect, it } from 'vitest';
import { runNode } from './run-node.ts';

const X = { shape: [1, 4], values: [-7, -2.5, 3, 8] };

describe('functions of two elements', () => {
  it('multiplies by the inverse of a known divisor, which int8 can', async () => {
    const { kinds, values } = await runNode('Div', [X], { constants: [{ shape: [], values: [4] }] });
    expect(kinds).toEqual(['mul']);
    expect(values).toEqual([-1.75, -0.625, 0.75, 2]);
  });

  it.each([
    [[2, 3], 1, [3]],
    [[2, 3], 0, [2, 1]],
  ])('aligns the second operand of old operator sets: %j from axis %i on', async (shape, axis, aligned) => {
    const addend = [10, 20, 30].slice(0, Math.max(...aligned));
    const { values } = await runNode('Add', [{ shape, values: [1, 2, 3, 4, 5, 6] }], {
      opset: 6,
      attributes: { broadcast: 1, axis },
      constants: [{ shape: [addend.length], values: addend }],
    });
    expect(values).toEqual(axis === 1 ? [11, 22, 33, 14, 25, 36] : [11, 12, 13, 24, 25, 26]);
  });

  it('leaves the remainder the sign that the file wants', async () => {
    const divisors = { shape: [1, 4], values: [3, 2, -2, -3] };
    expect((await runNode('Mod', [X, divisors], { attributes: { fmod: 1 } })).values).toEqual([
      -1, -0.5, 1, 2,
    ]);
    expect((await runNode('Mod', [X, divisors])).values).toEqual([2, 1.5, -1, -1]);
  });

  it.each<[string, readonly number[]]>([
    ['Sum', [2, 4, -6]],
    ['Mean', [2 / 3, 4 / 3, -2]],
    ['Max', [3, 4, 0]],
    ['Min', [-2, -2, -4]],
  ])('%s of three', async (operator, expected) => {
    const shape = [1, 3];
    const { values } = await runNode(operator, [
      { shape, values: [1, 2, -4] },
      { shape, values: [3, 4, 0] },
      { shape: [1, 1], values: [-2] },
    ]);
    for (const [index, value] of expected.entries()) expect(values[index]).toBeCloseTo(value, 6);
  });

  it('gives back the one input that there is', async () => {
    expect((await runNode('Max', [X])).values).toEqual(X.values);
  });

  it.each<[string, readonly number[]]>([
    ['Equal', [0, 0, 1, 0]],
    ['GreaterOrEqual', [0, 0, 1, 1]],
    ['LessOrEqual', [1, 1, 1, 0]],
  ])('%s', async (operator, expected) => {
    const { values } = await runNode(operator, [X], { constants: [{ shape: [1], values: [3] }] });
    expect(values).toEqual(expected);
  });
});
