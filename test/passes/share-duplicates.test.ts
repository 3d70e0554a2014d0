import { describe, expect, it } from 'vitest';
import { shareDuplicates } from '../../src/passes/share-duplicates.ts';
import { expectUntouched, type FloatBuilder, graphOf, passKinds, passText } from './run-pass.ts';

const none = { activation: 'none' } as const;
type Activation = 'none' | 'relu' | 'relu6' | 'relu_n1_to_1';

/** The same layer each time: equal constants, not the same ones. */
function layer(b: FloatBuilder, input: number, activation: Activation, bias = 1): number {
  return b.add('fully_connected', `dense/${activation}`, { activation, keepNumDims: false }, [
    input,
    b.const('w', [2, 2], [1, 2, 3, -4]),
    b.const('b', [2], [bias, 0]),
  ]);
}

describe('share-duplicates', () => {
  it('computes equal nodes once, and what follows from them too', () => {
    const graph = graphOf((b) => {
      const x = b.in('x', 1, 2);
      const [a, c] = [1, 2].map(() => b.add('tanh', 'tanh', {}, [layer(b, x, 'relu')]));
      return [b.add('add', 'sum', none, [a, c])];
    });
    expect(passKinds(graph, shareDuplicates)).toEqual(['fully_connected', 'tanh', 'add']);
  });

  it.each([
    ['raw first', ['none', 'relu']],
    ['raw last', ['relu', 'none']],
  ] as const)('computes a layer once that is needed raw and activated (%s)', (_, activations) => {
    const graph = graphOf((b) => {
      const x = b.in('x', 1, 2);
      const [a, c] = activations.map((activation) => layer(b, x, activation));
      return [b.add('sub', 'difference', none, [a, c])];
    });
    expect(passText(graph, shareDuplicates)).toContain(`
dense/none: float32[1,2] = fully_connected(x, w, b)
dense/relu: float32[1,2] = relu(dense/none)
`);
  });

  it('puts the raw layer before the first of several activations', () => {
    const graph = graphOf((b) => {
      const x = b.in('x', 1, 2);
      return (['relu', 'relu6', 'none', 'relu'] as const)
        .map((activation) => b.add('tanh', `tanh/${activation}`, {}, [layer(b, x, activation)]))
        .slice(0, 3);
    });
    expect(passKinds(graph, shareDuplicates)).toEqual([
      'fully_connected',
      'relu',
      'tanh',
      'relu6',
      'tanh',
      'tanh',
    ]);
  });

  it('keeps two outputs, but lets them share what comes before', () => {
    const graph = graphOf((b) => {
      const x = b.in('x', 1, 2);
      const [a, c] = [1, 2].map(() => b.add('tanh', 'tanh', {}, [layer(b, x, 'relu')]));
      return [a, c];
    });
    expect(passKinds(graph, shareDuplicates)).toEqual(['fully_connected', 'tanh', 'tanh']);
  });

  it('reads an output where an equal value was read', () => {
    const graph = graphOf((b) => {
      const x = b.in('x', 1, 2);
      const [a, c] = [layer(b, x, 'relu'), layer(b, x, 'relu')];
      return [b.add('relu', 'a', {}, [a]), c];
    });
    expect(passKinds(graph, shareDuplicates)).toEqual(['fully_connected', 'relu']);
  });

  it.each([
    ['another bias', 'none', 'none', 2],
    ['two activations without the raw value', 'relu', 'relu6', 1],
    ['an activation that is no operator of its own', 'none', 'relu_n1_to_1', 1],
  ] as const)('leaves %s', (_, one, other, bias) => {
    const graph = graphOf((b) => {
      const x = b.in('x', 1, 2);
      return [b.add('sub', 'difference', none, [layer(b, x, one), layer(b, x, other, bias)])];
    });
    expectUntouched(graph, shareDuplicates);
  });
});
