import { describe, expect, it } from 'vitest';
import { createInterpreter } from '../../../src/interpreter/interpreter.ts';
import { checkGraph } from '../../../src/ir/check-graph.ts';
import type { Graph } from '../../../src/ir/graph.ts';
import { canSplit, splitInBands, stageHeight } from '../../../src/passes/bands/split-in-bands.ts';
import { runSanitized } from '../../cross/compile.ts';
import { missingNative } from '../../cross/probe.ts';
import { bandNetwork, recordOf } from '../../standalone/band-network.ts';
import { compareMany } from '../../standalone/many-graphs.ts';

function outputs(graph: Graph): number[][] {
  const record = recordOf(graph);
  return createInterpreter(graph, { kernels: 'plain' })
    .invoke([record])
    .map((data) => Array.from(data, Number));
}

function stages(graph: Graph) {
  const places = [...graph.nodes.keys()];
  return places.flatMap((first) =>
    places
      .filter((last) => last > first && canSplit(graph, { first, last }))
      .map((last) => ({ first, last })),
  );
}

describe('a network with windows of all kinds and a sum of two branches', () => {
  const graph = bandNetwork();
  const whole = outputs(graph);
  const bandsOf = (stage: { first: number; last: number }) =>
    [2, 3, 7].filter((bands) => bands <= stageHeight(graph, stage));

  it('may be split where nobody else reads what lies between', () => {
    const kinds = stages(graph).map(
      ({ first, last }) => `${graph.nodes[first].kind} ${graph.nodes[last].kind}`,
    );
    expect(kinds).toContain('conv_2d average_pool_2d');
    // The sum reads the pool as well as what is made of it, so both are in a stage or neither is between its ends.
    const sum = graph.nodes.findIndex(({ kind }) => kind === 'add');
    expect(canSplit(graph, { first: 0, last: sum })).toBe(true);
    expect(canSplit(graph, { first: 0, last: sum - 1 })).toBe(false);
    expect(canSplit(graph, { first: 0, last: graph.nodes.length - 1 })).toBe(false);
  });

  it('gives the same bytes from the interpreter in all bands of all stages', () => {
    for (const stage of stages(graph)) {
      for (const bands of bandsOf(stage)) {
        const split = splitInBands(graph, stage, bands);
        checkGraph(split);
        expect(outputs(split), `${stage.first} to ${stage.last} in ${bands}`).toEqual(whole);
      }
    }
  });

  it.skipIf(missingNative() !== '')(`and from C ${missingNative()}`, () => {
    const record = recordOf(graph);
    const expected = createInterpreter(graph, { kernels: 'plain' }).invoke([record]);
    const cases = stages(graph)
      .filter((_, index) => index % 3 === 0)
      .map((stage) => ({
        graph: splitInBands(graph, stage, bandsOf(stage).at(-1) ?? 2),
        inferences: [{ inputs: [record], expected }],
      }));
    expect(cases.length).toBeGreaterThan(5);
    expect(compareMany(cases, runSanitized).map(({ first }) => first)).toEqual(cases.map(() => ''));
  });
});
