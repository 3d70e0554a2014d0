import { describe, expect, it } from 'vitest';
import { absorbTransposes } from '../../src/passes/absorb-transposes.ts';
import { expectUntouched, type FloatBuilder, graphOf, passKinds, passText } from './run-pass.ts';

function transposed(b: FloatBuilder, id: number, permutation: readonly number[]): number {
  return b.add('transpose', 'turned', { permutation }, [id]);
}

describe('absorb-transposes', () => {
  it('has the product read either factor transposed', () => {
    const graph = graphOf((b) => {
      const [x, y] = [b.in('x', 2, 5, 3), b.in('y', 2, 4, 5)];
      const factors = [transposed(b, x, [0, 2, 1]), transposed(b, y, [0, 2, 1])];
      return [b.add('batch_matmul', 'product', { adjX: false, adjY: false }, factors)];
    });
    expect(passKinds(graph, absorbTransposes)).toEqual(['batch_matmul']);
    expect(passText(graph, absorbTransposes)).toContain('adjX=true adjY=true');
  });

  it('undoes what the product turns around', () => {
    const graph = graphOf((b) => {
      const factors = [b.in('x', 3, 5), transposed(b, b.in('y', 5, 4), [1, 0])];
      return [b.add('batch_matmul', 'product', { adjX: false, adjY: true }, factors)];
    });
    expect(passText(graph, absorbTransposes)).toContain('product: float32[3,4] = batch_matmul(x, y)\n');
  });

  it('keeps a transpose of other axes', () => {
    const graph = graphOf((b) => {
      const factors = [b.in('x', 4, 2, 3, 5), transposed(b, b.in('y', 2, 4, 5, 6), [1, 0, 2, 3])];
      return [b.add('batch_matmul', 'product', { adjX: false, adjY: false }, factors)];
    });
    expectUntouched(graph, absorbTransposes);
  });
});
