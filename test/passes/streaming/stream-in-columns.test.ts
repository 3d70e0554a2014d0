/** A network over windows of rows, and the same one that takes the new rows alone: the same answers, byte for byte. */

import { describe, expect, it } from 'vitest';
import { graphCost } from '../../../src/ir/graph-cost.ts';
import { columnsInTime } from '../../../src/passes/streaming/columns-in-time.ts';
import { streamInColumns } from '../../../src/passes/streaming/stream-in-columns.ts';
import { causalNetwork, type NetworkType } from './causal-network.ts';
import { differingAnswers } from './differing-answers.ts';

const SEEDS = Array.from({ length: 24 }, (_, index) => index + 1);

describe.each<NetworkType>(['float32', 'int8', 'int16'])('random networks in %s', (type) => {
  it('give the bytes of the window, wherever what is kept ends', () => {
    let saving = 0;
    const wrong = SEEDS.flatMap((seed) => {
      const graph = causalNetwork(seed, type);
      return [1, 2, 3, 4].flatMap((rows) => {
        const until = seed % 3 === 0 ? Math.floor(graph.nodes.length / 2) : graph.nodes.length;
        const plan = columnsInTime(graph, rows, until);
        if (plan === undefined) return [`${seed}: no plan`];
        const streamed = streamInColumns(graph, plan);
        if (graphCost(streamed).macs < graphCost(graph).macs) saving++;
        const different = differingAnswers(graph, streamed, rows, seed);
        return different === 0 ? [] : [`seed ${seed}, ${rows} rows: ${different} answers`];
      });
    });
    expect(wrong).toEqual([]);
    expect(saving).toBeGreaterThan(SEEDS.length * 2);
  });
});
