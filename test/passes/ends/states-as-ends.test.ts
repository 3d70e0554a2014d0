import { describe, expect, it } from 'vitest';
import { createInterpreter } from '../../../src/interpreter/interpreter.ts';
import { GraphBuilder } from '../../../src/ir/builder.ts';
import { checkGraph } from '../../../src/ir/check-graph.ts';
import { type Graph, getValue } from '../../../src/ir/graph.ts';
import { statesAsEnds } from '../../../src/passes/ends/states-as-ends.ts';
import { lstmGraph } from '../../models/convert/lstm-graph.ts';

const VECTOR = { dtype: 'float32', shape: [1, 2] } as const;

/** Adds up what it reads; `gives` the sum before or behind an inference, or what was assigned. */
function sums(gives: 'before' | 'behind' | 'assigned'): Graph {
  const builder = new GraphBuilder();
  const [input, state] = [builder.input('input', VECTOR), builder.state('sum', VECTOR)];
  const before = builder.add('read_variable', 'before', {}, [state]);
  const sum = builder.add('add', 'add', { activation: 'none' }, [before, input]);
  const assigned = builder.add('assign_variable', 'assigned', {}, [state, sum]);
  const behind = builder.add('read_variable', 'behind', {}, [state]);
  return builder.build([{ before, behind, assigned }[gives]]);
}

function run(graph: Graph, ...inputs: readonly (readonly number[])[]): number[][] {
  const outputs = createInterpreter(graph).invoke(inputs.map((one) => Float32Array.from(one)));
  return outputs.map((output) => Array.from(output, Number));
}

describe('states-as-ends', () => {
  it.each([
    ['before', [3, 4]],
    ['behind', [4, 6]],
    ['assigned', [4, 6]],
  ] as const)('gives what the state was %s, and what it is to be', (gives, expected) => {
    const graph = statesAsEnds.run(sums(gives));
    checkGraph(graph);
    expect(graph.inputs.map((id) => getValue(graph, id).name)).toEqual(['input', 'sum']);
    expect(graph.outputs.map((id) => getValue(graph, id).name)).toEqual([gives, 'sum/next']);
    expect(run(graph, [1, 2], [3, 4])).toEqual([expected, [4, 6]]);
  });

  it('changes nothing of a graph that keeps nothing, nor the second time', () => {
    const once = statesAsEnds.run(sums('behind'));
    expect(statesAsEnds.run(once)).toEqual(once);
  });

  it('refuses operators that keep their states to themselves', () => {
    expect(() => statesAsEnds.run(lstmGraph({ steps: 1, isStateful: true }))).toThrow(
      /UNIDIRECTIONAL_SEQUENCE_LSTM\) keeps its state to itself/,
    );
  });
});
