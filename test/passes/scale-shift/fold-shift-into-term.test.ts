import { describe, expect, it } from 'vitest';
import { foldShiftIntoTerm } from '../../../src/passes/scale-shift/fold-shift-into-term.ts';
import { expectUntouched, type FloatBuilder, graphOf, passText } from '../run-pass.ts';

const none = { activation: 'none' } as const;

function product(b: FloatBuilder, name: string, input: number, bias?: readonly number[]): number {
  const operands = [input, b.const(`${name}/w`, [2, 3], [1, 2, 3, 4, 5, 6])];
  if (bias !== undefined) operands.push(b.const(`${name}/b`, [2], bias));
  return b.add('fully_connected', name, { activation: 'none', keepNumDims: false }, operands);
}

describe('fold-shift-into-term', () => {
  it('makes the bias behind a sum of two products that of the last', () => {
    const graph = graphOf((b) => {
      const sum = b.add('add', 'sum', none, [
        product(b, 'xw', b.in('x', 1, 3)),
        product(b, 'hu', b.in('h', 1, 3)),
      ]);
      return [b.add('add', 'gates', { activation: 'relu' }, [sum, b.const('bias', [2], [7, 8])])];
    });
    expect(passText(graph, foldShiftIntoTerm)).toMatchInlineSnapshot(`
      "
      x: float32[1,3] = input
      h: float32[1,3] = input
      xw/w: float32[2,3] = constant 1 2 3 4 5 6
      xw: float32[1,2] = fully_connected(x, xw/w)
      hu/w: float32[2,3] = constant 1 2 3 4 5 6
      bias: float32[2] = constant 7 8
      hu: float32[1,2] = fully_connected(h, hu/w, bias)
      gates: float32[1,2] = add(xw, hu) activation=relu
      return gates
      "
    `);
  });

  it('gives every step of a recurrent cell the same constant', () => {
    const graph = graphOf((b) => {
      const bias = b.const('bias', [2], [7, 8]);
      const x = b.in('x', 1, 3);
      return ['one', 'two'].map((step) => {
        const sum = b.add('add', `${step}/sum`, none, [product(b, step, x), b.in(`${step}/h`, 1, 2)]);
        return b.add('add', `${step}/gates`, none, [sum, bias]);
      });
    });
    expect(passText(graph, foldShiftIntoTerm).match(/constant 7 8/g)).toHaveLength(1);
  });

  it('adds to a bias that is there, and takes differences', () => {
    const graph = graphOf((b) => {
      const sum = b.add('add', 'sum', none, [b.in('h', 1, 2), product(b, 'xw', b.in('x', 1, 3), [1, 2])]);
      return [b.add('sub', 'less', none, [sum, b.const('c', [], [10])])];
    });
    expect(passText(graph, foldShiftIntoTerm)).toContain('constant -9 -8');
  });

  it.each([
    ['a scale', 'mul', 'none', [1, 3]],
    ['a sum that clamps', 'add', 'relu', [1, 3]],
    ['a product that is broadcast', 'add', 'none', [2, 3]],
  ] as const)('leaves %s', (_, kind, activation, shape) => {
    const graph = graphOf((b) => {
      const rows = b.in('h', shape[0], 2);
      const sum = b.add('add', 'sum', { activation }, [rows, product(b, 'xw', b.in('x', 1, 3))]);
      return [b.add(kind, 'behind', none, [sum, b.const('c', [2], [2, 3])])];
    });
    expectUntouched(graph, foldShiftIntoTerm);
  });

  it('leaves a product that others read', () => {
    const graph = graphOf((b) => {
      const xw = product(b, 'xw', b.in('x', 1, 3));
      const sum = b.add('add', 'sum', none, [xw, b.in('h', 1, 2)]);
      return [b.add('add', 'gates', none, [sum, b.const('c', [2], [2, 3])]), b.add('tanh', 'tanh', {}, [xw])];
    });
    expectUntouched(graph, foldShiftIntoTerm);
  });
});
