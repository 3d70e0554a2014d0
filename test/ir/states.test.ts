/** What states are to those who rewrite graphs: nodes that change them stay, and stay apart. */

import { describe, expect, it } from 'vitest';
import { GraphBuilder } from '../../src/ir/builder.ts';
import type { Graph, ValueId } from '../../src/ir/graph.ts';
import { printGraph } from '../../src/ir/print-graph.ts';
import { dropUnreachable } from '../../src/ir/rewrite.ts';
import { shareDuplicates } from '../../src/passes/share-duplicates.ts';

/** `count` SVDFs of one input and the states given, of which those in `read` lead to outputs. */
function windows(states: readonly number[], read: readonly number[]): Graph {
  const graph = new GraphBuilder();
  const float = (...shape: number[]) => ({ dtype: 'float32', shape }) as const;
  const x = graph.input('x', float(1, 1));
  const one = graph.constant('one', float(1, 1), Float32Array.of(1));
  const made = new Map<number, ValueId>();
  const stateOf = (index: number): ValueId => {
    const known = made.get(index) ?? graph.state(`state${index}`, float(1, 1));
    made.set(index, known);
    return known;
  };
  const outputs = states.map((state, index) =>
    graph.add('svdf', `w${index}`, { rank: 1, activation: 'none' }, [x, one, one, undefined, stateOf(state)]),
  );
  return graph.build(read.map((index) => graph.add('neg', 'end', {}, [outputs[index]])));
}

const names = ({ nodes }: Graph): string[] =>
  nodes.filter(({ kind }) => kind === 'svdf').map(({ name }) => name);

describe('states', () => {
  it('keep what changes them as long as something reads them, before or after', () => {
    expect(names(dropUnreachable(windows([0, 1], [0])))).toEqual(['w0']);
    expect(names(dropUnreachable(windows([0, 0], [0])))).toEqual(['w0', 'w1']);
    expect(names(dropUnreachable(windows([0, 0], [1])))).toEqual(['w0', 'w1']);
  });

  it('keep equal nodes apart', () => {
    expect(names(shareDuplicates.run(windows([0, 0], [0, 1])))).toEqual(['w0', 'w1']);
    expect(names(shareDuplicates.run(windows([0, 1], [0, 1])))).toEqual(['w0', 'w1']);
  });

  it('are printed as such', () => {
    expect(printGraph(windows([0], [0]))).toContain('state0: float32[1,1] = state\n');
  });
});
