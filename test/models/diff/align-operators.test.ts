import { describe, expect, it } from 'vitest';
import type { OutlineSubgraph } from '../../../src/ir/outline.ts';
import { alignOperators } from '../../../src/models/diff/align-operators.ts';

/** Operators by name; `ADD:3` has an output of shape [3], the others of shape [1]. */
function subgraph(...names: readonly string[]): OutlineSubgraph {
  const shapes = names.map((name) => Number(name.split(':')[1] ?? 1));
  return {
    tensors: shapes.map((size) => ({
      name: '',
      dtype: 'int8',
      shape: [size],
      bytes: size,
      storage: 'activation',
    })),
    operators: names.map((name, index) => ({
      name: name.split(':')[0],
      version: 1,
      inputs: [],
      outputs: [index],
      intermediates: [],
    })),
    inputs: [],
    outputs: [],
  };
}

function aligned(a: readonly string[], b: readonly string[]): string {
  return alignOperators(subgraph(...a), subgraph(...b))
    .map(({ a: from, b: to }) => `${from ?? ''}-${to ?? ''}`)
    .join(' ');
}

describe('the operators of two models', () => {
  it.each([
    [['ADD', 'MUL'], ['ADD', 'MUL'], '0-0 1-1'],
    [['ADD', 'MUL'], ['ADD', 'RELU', 'MUL'], '0-0 -1 1-2'],
    [['ADD', 'RELU', 'MUL'], ['ADD', 'MUL'], '0-0 1- 2-1'],
    [['ADD'], ['MUL'], '0- -0'],
    [[], ['ADD'], '-0'],
    [['ADD'], [], '0-'],
    // Equal names pair with the operator whose result is alike.
    [['ADD:3'], ['ADD:1', 'ADD:3'], '-0 0-1'],
    [['ADD:1', 'ADD:2', 'ADD:3'], ['ADD:1', 'ADD:3'], '0-0 1- 2-1'],
    [['QUANTIZE', 'ADD:5', 'MUL', 'DEQUANTIZE'], ['ADD:6', 'MUL'], '0- 1-0 2-1 3-'],
  ])('%j and %j', (a, b, expected) => {
    expect(aligned(a, b)).toBe(expected);
  });

  it('are paired by their place where there are too many to search', () => {
    const aligned = (count: number): number => {
      const a = ['RELU', ...new Array<string>(count).fill('ADD:2'), 'MUL:2'];
      const b = [...new Array<string>(count).fill('ADD:3'), 'MUL:3', 'TANH'];
      const pairs = alignOperators(subgraph(...a), subgraph(...b));
      return pairs.filter((pair) => pair.a !== undefined && pair.b !== undefined).length;
    };
    expect(aligned(100)).toBe(101);
    expect(aligned(3000)).toBe(2999);
  });
});
