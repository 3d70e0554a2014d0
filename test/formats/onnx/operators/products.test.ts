import { describe, expect, it } from 'vitest';
import { runNode } from './run-node.ts';

const WEIGHTS = { shape: [2, 3], values: [1, 2, 3, 4, 5, 6] };

describe('products of matrices', () => {
  it('Gemm scales weights and bias beforehand', async () => {
    const { kinds, values } = await runNode('Gemm', [{ shape: [1, 2], values: [1, -1] }], {
      attributes: { alpha: { float: 2 }, beta: { float: 0.5 } },
      constants: [WEIGHTS, { shape: [1, 1], values: [4] }],
    });
    expect(kinds).toEqual(['fully_connected']);
    expect(values).toEqual([-4, -4, -4]);
  });

  it('Gemm adds apart what differs from row to row', async () => {
    const { kinds, values } = await runNode('Gemm', [{ shape: [2, 2], values: [1, 3, -1, 0] }], {
      attributes: { transA: 1 },
      constants: [WEIGHTS, { shape: [2, 1], values: [10, 100] }],
    });
    expect(kinds).toEqual(['transpose', 'fully_connected', 'add']);
    expect(values).toEqual([7, 7, 7, 103, 106, 109]);
  });

  it.each(['Gemm', 'MatMul'])('%s of sizes that do not go together is refused', async (operator) => {
    const weights = { shape: [4, 1], values: [1, 2, 3, 4] };
    await expect(
      runNode(operator, [{ shape: [1, 6], values: [1, 2, 3, 4, 5, 6] }], { constants: [weights] }),
    ).rejects.toThrow('it multiplies rows of 6 numbers by columns of 4.');
  });

  it('Gemm of two computed matrices is a product of matrices', async () => {
    const inputs = [{ shape: [1, 2], values: [1, -1] }, WEIGHTS];
    const { kinds, values } = await runNode('Gemm', inputs, { attributes: { alpha: { float: 2 } } });
    expect(kinds).toEqual(['batch_matmul', 'mul']);
    expect(values).toEqual([-6, -6, -6]);
  });

  it.each([
    [[2], [2, 3], [3]],
    [[4, 2], [2], [4]],
    [
      [1, 5, 2],
      [2, 3],
      [1, 5, 3],
    ],
  ])('MatMul of %j and known %j has shape %j', async (left, right, expected) => {
    const ones = (shape: readonly number[]) => ({
      shape,
      values: new Array<number>(shape.reduce((product, size) => product * size, 1)).fill(1),
    });
    const { kinds, shape, values } = await runNode('MatMul', [ones(left)], { constants: [ones(right)] });
    expect(shape).toEqual(expected);
    expect(values.every((value) => value === 2)).toBe(true);
    expect(kinds).toContain('fully_connected');
  });
});
