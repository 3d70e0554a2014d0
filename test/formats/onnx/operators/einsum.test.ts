import { describe, expect, it } from 'vitest';
import { type GivenTensor, runNode, scattered } from './run-node.ts';

/** Letters of each term for tensors of these shapes; what `...` stands for are numbers, counted from the last axis. */
function lettersOf(term: string, rank: number): string[] {
  const [before, behind] = term.split('...');
  if (behind === undefined) return [...before];
  const open = rank - before.length - behind.length;
  return [...before, ...Array.from({ length: open }, (_, axis) => String(open - axis)), ...behind];
}

/** Einstein's summation as a loop over all indices. */
function summation(equation: string, operands: readonly GivenTensor[], rank: number): number[] {
  const [left, right] = equation.split('->');
  const terms = left.split(',').map((term, index) => lettersOf(term, operands[index].shape.length));
  const result = lettersOf(right, rank);
  const sizes = new Map<string, number>();
  for (const [index, term] of terms.entries()) {
    for (const [axis, letter] of term.entries()) {
      sizes.set(letter, Math.max(sizes.get(letter) ?? 1, operands[index].shape[axis]));
    }
  }
  const letters = [...result, ...[...sizes.keys()].filter((letter) => !result.includes(letter))];
  const kept = result.reduce((count, letter) => count * (sizes.get(letter) as number), 1);
  const all = letters.reduce((count, letter) => count * (sizes.get(letter) as number), 1);
  const sums = new Array<number>(kept).fill(0);
  for (let index = 0; index < all; index++) {
    let rest = index;
    const at = new Map<string, number>();
    for (const letter of letters.toReversed()) {
      at.set(letter, rest % (sizes.get(letter) as number));
      rest = Math.floor(rest / (sizes.get(letter) as number));
    }
    const product = terms.reduce((value, term, operand) => {
      const { shape, values } = operands[operand];
      const place = term.reduce(
        (sum, letter, axis) => sum * shape[axis] + (shape[axis] === 1 ? 0 : (at.get(letter) as number)),
        0,
      );
      return value * values[place];
    }, 1);
    sums[Math.floor(index / (all / kept))] += product;
  }
  return sums;
}

type Shapes = readonly (readonly number[])[];

const CASES: readonly (readonly [
  equation: string,
  shapes: Shapes,
  result: readonly number[],
  kinds: readonly string[],
])[] = [
  [
    'ij,jk->ik',
    [
      [2, 3],
      [3, 4],
    ],
    [2, 4],
    ['batch_matmul'],
  ],
  [
    'ij,kj->ik',
    [
      [2, 3],
      [4, 3],
    ],
    [2, 4],
    ['batch_matmul'],
  ],
  [
    'ji,jk->ik',
    [
      [3, 2],
      [3, 4],
    ],
    [2, 4],
    ['batch_matmul'],
  ],
  [
    'bij,bjk->bik',
    [
      [2, 2, 3],
      [2, 3, 4],
    ],
    [2, 2, 4],
    ['batch_matmul'],
  ],
  [
    'bhid,bhjd->bhij',
    [
      [1, 2, 3, 4],
      [1, 2, 5, 4],
    ],
    [1, 2, 3, 5],
    ['batch_matmul'],
  ],
  [
    'aecd,abcd->acbe',
    [
      [1, 3, 2, 4],
      [1, 5, 2, 4],
    ],
    [1, 2, 5, 3],
    ['transpose', 'transpose', 'batch_matmul', 'transpose'],
  ],
  [
    'ij,jk->ki',
    [
      [2, 3],
      [3, 4],
    ],
    [4, 2],
    ['batch_matmul', 'transpose'],
  ],
  ['ij->ji', [[2, 3]], [3, 2], ['transpose']],
  ['ij->j', [[2, 3]], [3], ['sum']],
  ['ijk->ki', [[2, 3, 4]], [4, 2], ['sum', 'transpose']],
  ['i,j->ij', [[2], [3]], [2, 3], ['reshape', 'reshape', 'mul']],
  [
    'bi,bi->bi',
    [
      [2, 3],
      [2, 3],
    ],
    [2, 3],
    ['mul'],
  ],
  [
    'bij,bi->bij',
    [
      [2, 3, 4],
      [2, 3],
    ],
    [2, 3, 4],
    ['reshape', 'mul'],
  ],
  [
    'ijk,jl->il',
    [
      [2, 3, 4],
      [3, 5],
    ],
    [2, 5],
    ['sum', 'batch_matmul'],
  ],
  ['abc,cde,e->abd', [[1, 2, 3], [3, 4, 5], [5]], [1, 2, 4], []],
  [
    '...ij,...jk->...ik',
    [
      [2, 2, 3],
      [3, 4],
    ],
    [2, 2, 4],
    [],
  ],
  ['...i->i...', [[2, 2, 3]], [3, 2, 2], ['transpose']],
  [
    'b...,bj->...j',
    [
      [2, 3, 4],
      [2, 5],
    ],
    [3, 4, 5],
    [],
  ],
  [
    'zabcij,zabcjk->zabcik',
    [
      [1, 2, 1, 3, 2, 2],
      [1, 2, 1, 3, 2, 3],
    ],
    [1, 2, 1, 3, 2, 3],
    [],
  ],
  [
    'hbik,hbkj->hbij',
    [
      [2, 1, 2, 3],
      [2, 4, 3, 2],
    ],
    [2, 4, 2, 2],
    ['batch_matmul'],
  ],
];

describe('Einsum', () => {
  it.each(CASES)('computes %s of %j', async (equation, shapes, result, kinds) => {
    const inputs = shapes.map((shape, index) => scattered(shape, index + 1));
    const run = await runNode('Einsum', inputs, { attributes: { equation } });
    expect(run.shape).toEqual(result);
    const expected = summation(equation, inputs, result.length);
    for (const [index, value] of expected.entries()) expect(run.values[index]).toBeCloseTo(value, 5);
    if (kinds.length > 0) expect(run.kinds).toEqual(kinds);
  });

  it.each([
    ['abc,cd->abd', [3, 5], 'fully_connected'],
    ['abc,cde->abde', [3, 2, 2], 'fully_connected'],
    ['abc,bc->a', [2, 3], 'fully_connected'],
    ['abc,dbc->da', [4, 2, 3], 'fully_connected'],
    ['abc,bcd->abd', [2, 3, 4], 'batch_matmul'],
    ['abc,c->abc', [3], 'mul'],
  ])('%s by a constant of %j is %s', async (equation, shape, kind) => {
    const [x, w] = [scattered([1, 2, 3], 1), scattered(shape, 2)];
    const run = await runNode('Einsum', [x], { attributes: { equation }, constants: [w] });
    const expected = summation(equation, [x, w], run.shape.length);
    for (const [index, value] of expected.entries()) expect(run.values[index]).toBeCloseTo(value, 5);
    expect(run.kinds).toContain(kind);
    const products = ['fully_connected', 'batch_matmul', 'mul'];
    expect(run.kinds.filter((one) => products.includes(one))).toEqual([kind]);
  });

  it('takes constants on the left, and orders a result that is not written out', async () => {
    const [w, x] = [scattered([4, 3], 1), scattered([3, 2], 2)];
    const nothing = await runNode('Einsum', [x], { attributes: { equation: 'oi ' } });
    expect(nothing.shape).toEqual([2, 3]);
    const run = await runNode('Einsum', [x, w], { attributes: { equation: 'ij, oi' } });
    expect(run.shape).toEqual([2, 4]);
    const expected = summation('oi,ij->jo', [w, x], 2);
    for (const [index, value] of expected.entries()) expect(run.values[index]).toBeCloseTo(value, 5);
    const known = await runNode('Einsum', [x], { attributes: { equation: 'ij,oi->oj' }, constants: [w] });
    expect(known.kinds).toEqual(['transpose', 'fully_connected', 'transpose']);
  });

  it.each([
    ['ii->i', [[3, 3]], 'takes the diagonal of a tensor'],
    [
      'ij,jk->ik',
      [
        [2, 3],
        [4, 5],
      ],
      'whose shared axes have different sizes',
    ],
    [
      'ij,jk->ik',
      [
        [2, 3],
        [1, 5],
      ],
      'whose shared axes have different sizes',
    ],
    [
      'ij,jk->iz',
      [
        [2, 3],
        [3, 5],
      ],
      'has no such result',
    ],
    [
      'ij,jk->ii',
      [
        [2, 3],
        [3, 5],
      ],
      'has no such result',
    ],
    ['ijk->i', [[2, 3]], 'has 3 letters for 2 axes'],
    ['...ijk->i', [[2, 3]], 'has 3 letters for 2 axes'],
    ['ij,jk', [[2, 3]], 'for 1 operand'],
    ['ij->i->j', [[2, 3]], 'for 1 operand'],
    ['i1->i', [[2, 3]], 'its equation is "i1->i"'],
    ['', [[2, 3]], 'has 0 letters for 2 axes'],
    [`${'a'.repeat(300)}->a`, [[2, 3]], 'its equation is'],
  ] as const)('refuses %s of %j', async (equation, shapes, message) => {
    const inputs = shapes.map((shape) => scattered(shape));
    await expect(runNode('Einsum', inputs, { attributes: { equation } })).rejects.toThrow(message);
  });
});
