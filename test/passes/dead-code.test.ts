import { expect, it } from 'vitest';
import { deadCode } from '../../src/passes/dead-code.ts';
import { graphOf } from './run-pass.ts';

it('dead-code drops what no output depends on, but no input', () => {
  const graph = graphOf((b) => {
    const x = b.in('x', 1, 2);
    const unused = b.in('unused', 1, 2);
    b.add('tanh', 'tanh', {}, [b.dense('dead', unused, 2)]);
    b.const('nobody', [3]);
    return [b.add('relu', 'relu', {}, [x])];
  });
  const after = deadCode.run(graph);
  expect(after.nodes.map(({ name }) => name)).toEqual(['relu']);
  expect([...after.values.values()].map(({ name }) => name)).toEqual(['x', 'unused', 'relu']);
  expect(after.inputs).toEqual(graph.inputs);
  expect(deadCode.run(after)).toBe(after);
});
