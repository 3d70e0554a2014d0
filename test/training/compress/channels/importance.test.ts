import { expect, it } from 'vitest';
import { createInterpreter } from '../../../../src/interpreter/interpreter.ts';
import { type Graph, getValue } from '../../../../src/ir/graph.ts';
import { channelSets } from '../../../../src/passes/channels/channel-sets.ts';
import { channelImportance } from '../../../../src/training/compress/channels/importance.ts';
import { labelObjective } from '../../../../src/training/graph/label-objective.ts';
import { rowsInMemory } from '../../../../src/training/samples/sample-rows.ts';
import { graphOf } from '../../../passes/run-pass.ts';

const CHANNELS = 3;

/** A convolution that a fully connected layer of several pixels reads. */
const graph = graphOf((b) => {
  const hidden = b.conv('hidden', b.in('x', 1, 3, 3, 2), CHANNELS, 2, { activation: 'relu' });
  return [b.dense('last', b.add('reshape', 'flat', { newShape: [1, 27] }, [hidden]), 2)];
});

function lossOf(of: Graph, input: Float32Array, target: Float32Array): number {
  const [output] = createInterpreter(of).invoke([input]) as [Float32Array];
  return output.reduce((sum, value, i) => sum + (value - target[i]) ** 2, 0) / output.length;
}

/** The same with one channel read by so much less. */
function lessOf(channel: number, share: number): Graph {
  const weights = getValue(graph, graph.nodes[2].inputs[1] as number);
  const data = (weights.data as Float32Array).map((weight, i) =>
    i % CHANNELS === channel ? weight * (1 - share) : weight,
  );
  return { ...graph, values: new Map([...graph.values, [weights.id, { ...weights, data }]]) };
}

it('is the slope of the loss along the way to the removal, without its sign, over the samples', () => {
  const [x, y] = [36, 4].map((length, i) => Float32Array.from({ length }, (_, j) => Math.sin(j * (1.1 + i))));
  const samples = {
    x: rowsInMemory({ shape: [2, 3, 3, 2], data: x }),
    y: rowsInMemory({ shape: [2, 2], data: y }),
  };
  const sets = channelSets(graph);
  const importance = channelImportance(graph, sets, labelObjective(graph, 'mse'), samples, 1);
  const slope = (channel: number, sample: number): number => {
    const [input, target] = [
      x.subarray(18 * sample, 18 * sample + 18),
      y.subarray(2 * sample, 2 * sample + 2),
    ];
    const at = (share: number) => lossOf(lessOf(channel, share), input, target);
    return Math.abs(at(0.01) - at(-0.01)) / 0.02;
  };
  expect(sets).toHaveLength(CHANNELS);
  for (let channel = 0; channel < CHANNELS; channel++) {
    expect(importance[channel] / ((slope(channel, 0) + slope(channel, 1)) / 2)).toBeCloseTo(1, 2);
  }
});
