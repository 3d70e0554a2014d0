import { describe, expect, it } from 'vitest';
import { asProducts } from '../../../src/passes/equalize/as-products.ts';
import { expectUntouched, graphOf, passText } from '../run-pass.ts';

const none = { activation: 'none' } as const;

describe('as-products', () => {
  it('multiplies by the inverse, by −1 and by itself', () => {
    const graph = graphOf((b) => {
      const part = b.add('div', 'part', { activation: 'relu' }, [
        b.in('x', 1, 2),
        b.const('c', [2], [4, -0.5]),
      ]);
      return [b.add('neg', 'minus', {}, [b.add('square', 'squared', {}, [part])])];
    });
    expect(
      passText(graph, asProducts)
        .split('\n')
        .filter((line) => line !== ''),
    ).toEqual([
      'x: float32[1,2] = input',
      'c: float32[2] = constant 0.25 -2',
      'part: float32[1,2] = mul(x, c) activation=relu',
      'squared: float32[1,2] = mul(part, part)',
      'minus/factor: float32[1] = constant -1',
      'minus: float32[1,2] = mul(squared, minus/factor)',
      'return minus',
    ]);
  });

  it('leaves quotients by what is computed, by 0 and by what has no inverse', () => {
    const by = (divisor: readonly number[] | undefined) =>
      graphOf((b) => [
        b.add('div', 'y', none, [
          b.in('x', 2),
          divisor === undefined ? b.in('d', 2) : b.const('c', [2], divisor),
        ]),
      ]);
    // What is divided by 0 is not compared.
    expectUntouched(by(undefined), asProducts);
    for (const divisor of [
      [1, 0],
      [1e-39, 1],
    ])
      expect(asProducts.run(by(divisor)).nodes[0].kind).toBe('div');
  });
});
