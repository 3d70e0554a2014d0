import { describe, expect, it } from 'vitest';
import { createRandom } from '../../../src/core/random.ts';
import { elementCount } from '../../../src/core/tensor.ts';
import { importKeras } from '../../../src/formats/keras/import.ts';
import { createInterpreter } from '../../../src/interpreter/interpreter.ts';
import { type Graph, getValue, type Value, type ValueId } from '../../../src/ir/graph.ts';
import { graphCost } from '../../../src/ir/graph-cost.ts';
import {
  type ChannelSet,
  channelSets,
  withoutChannelSets,
} from '../../../src/passes/channels/channel-sets.ts';
import { channelLayout, isLinear } from '../../../src/passes/linear.ts';
import { runPasses } from '../../../src/passes/pass.ts';
import { floatPasses } from '../../../src/passes/pipelines.ts';
import { randomNetwork } from '../../random-networks/random-network.ts';
import { graphOf } from '../run-pass.ts';

/** Some of the sets, such that every tensor keeps a channel. */
function choose(graph: Graph, sets: readonly ChannelSet[], seed: number): ChannelSet[] {
  const random = createRandom(seed, 'channel sets');
  const left = new Map<ValueId, number>();
  return sets.filter((set) => {
    const fits = [...set].every(([id, channels]) => {
      const count = left.get(id) ?? (getValue(graph, id).type.shape.at(-1) as number);
      return count > channels.length;
    });
    if (!fits || random.below(2) === 0) return false;
    for (const [id, channels] of set) {
      const count = left.get(id) ?? (getValue(graph, id).type.shape.at(-1) as number);
      left.set(id, count - channels.length);
    }
    return true;
  });
}

/** The same with zeros where convolutions and fully connected layers would read the channels. */
function unread(graph: Graph, sets: readonly ChannelSet[]): Graph {
  const values = new Map<ValueId, Value>(graph.values);
  for (const node of graph.nodes) {
    if (!isLinear(node) || node.kind === 'depthwise_conv_2d') continue;
    const [input, id] = node.inputs as readonly [ValueId, ValueId];
    const gone = new Set(sets.flatMap((set) => set.get(input) ?? []));
    const weights = values.get(id) as Value;
    const { shape } = getValue(graph, input).type;
    const layout = channelLayout(node, shape, weights.type.shape);
    const data = (weights.data as Float32Array).map((weight, index) =>
      gone.has(layout.inputOf(index) % (shape.at(-1) as number)) ? 0 : weight,
    );
    values.set(id, { ...weights, data });
  }
  return { ...graph, values };
}

function outputsOf(graph: Graph, records: Float32Array): number[] {
  const interpreter = createInterpreter(graph);
  const length = elementCount(interpreter.inputs[0].shape);
  const outputs: number[] = [];
  for (let start = 0; start < 8 * length; start += length) {
    outputs.push(...(interpreter.invoke([records.subarray(start, start + length)])[0] as Float32Array));
  }
  return outputs;
}

function expectExact(graph: Graph, seed: number, records: Float32Array): boolean {
  const chosen = choose(graph, channelSets(graph), seed);
  const before = unread(graph, chosen);
  const after = withoutChannelSets(before, chosen);
  expect(outputsOf(after, records), `seed ${seed}`).toEqual(outputsOf(before, records));
  return graphCost(after).macs < graphCost(before).macs;
}

/** Convolutions in a row with residual sums, concatenations, depthwise convolutions and pools among them, and a Dense head. */
function branching(seed: number): Graph {
  const random = createRandom(seed, 'branching');
  return graphOf((b) => {
    let x = b.conv('stem', b.in('x', 1, 8, 8, 2), 4 + random.below(3), 3, { activation: 'relu' });
    for (let block = 0; block < 4; block++) {
      const channels = b.typeOf(x).shape[3];
      const name = `block${block}`;
      const branch = (to: number): ValueId => {
        const inner = b.conv(`${name}/inner`, x, 2 + random.below(4), 3, { activation: 'relu' });
        const wide = random.below(2) === 0 ? inner : b.depthwise(`${name}/dw`, inner, 1 + random.below(2), 3);
        return b.conv(`${name}/outer`, wide, to, 1);
      };
      const kind = random.below(4);
      if (kind === 0) x = b.add('add', name, { activation: 'relu' }, [x, branch(channels)]);
      else if (kind === 1)
        x = b.add('concatenation', name, { axis: 3, activation: 'none' }, [branch(1 + random.below(3)), x]);
      else if (kind === 2)
        x = b.add('mul', name, { activation: 'none' }, [x, b.const(`${name}/factors`, [1, 1, 1, channels])]);
      else x = branch(2 + random.below(4));
    }
    const pool = { padding: 'same', strides: [4, 4], filter: [4, 4], activation: 'none' } as const;
    x = b.add('average_pool_2d', 'pool', pool, [x]);
    const pixels = 4 * b.typeOf(x).shape[3];
    if (random.below(2) === 0) x = b.add('reshape', 'flat', { newShape: [1, pixels] }, [x]);
    else x = b.add('mean', 'mean', { axes: [1, 2], keepDims: false }, [x]);
    return [b.dense('last', b.dense('hidden', x, 6, 'relu'), 3)];
  });
}

describe('channel sets', () => {
  it('go without a bit of difference where nobody reads them, in random branching networks', () => {
    const records = Float32Array.from({ length: 8 * 128 }, (_, index) => Math.sin(index * 1.7));
    for (let seed = 1; seed <= 40; seed++) {
      expect(expectExact(branching(seed), seed, records), `seed ${seed}`).toBe(true);
    }
  });

  it('go so in random networks of all layers', () => {
    let smaller = 0;
    for (let seed = 1; seed <= 60; seed++) {
      const { model, test } = randomNetwork(seed);
      if (expectExact(runPasses(importKeras(model), floatPasses), seed, test.data)) smaller++;
    }
    expect(smaller).toBeGreaterThan(10);
  });

  it('hold the channels of both sides of a sum, and of each part of a concatenation', () => {
    const graph = graphOf((b) => {
      const x = b.in('x', 1, 2, 2, 1);
      const left = b.conv('left', x, 3, 1);
      const sum = b.add('add', 'sum', { activation: 'none' }, [left, b.conv('right', x, 3, 1)]);
      const joined = b.add('concatenation', 'joined', { axis: -1, activation: 'none' }, [sum, left]);
      return [b.conv('last', joined, 2, 1)];
    });
    const [, left, right, sum, joined] = [0, ...graph.nodes.flatMap(({ outputs }) => outputs)];
    expect(channelSets(graph).map((set) => Object.fromEntries(set))).toEqual(
      [0, 1, 2].map((channel) => ({
        [left]: [channel],
        [right]: [channel],
        [sum]: [channel],
        [joined]: [channel, channel + 3],
      })),
    );
  });

  it('are none where a tensor would have no channels, or operators mix them', () => {
    const graph = graphOf((b) => {
      const one = b.conv('one', b.in('x', 1, 2, 2, 2), 1, 1);
      const mixed = b.add('softmax', 'mixed', { beta: 1 }, [b.conv('many', one, 3, 1)]);
      return [b.conv('last', mixed, 2, 1)];
    });
    expect(channelSets(graph)).toEqual([]);
  });
});
