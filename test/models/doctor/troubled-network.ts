/** A network in which everything is wrong that the doctor looks for, each at a place that is known. */

import { createRandom } from '../../../src/core/random.ts';
import { elementCount } from '../../../src/core/tensor.ts';
import { arrayRecords, type RecordSource } from '../../../src/data/records/records.ts';
import { type Graph, getValue, type Value } from '../../../src/ir/graph.ts';
import { prepareForInt8, simplifyFloat } from '../../../src/models/convert/lower.ts';
import { graphOf } from '../../passes/run-pass.ts';

/** Normal numbers as records for the input of a graph. */
export function normalRecords(graph: Graph, count: number, seed: number): RecordSource {
  const random = createRandom(seed, 'records');
  const { shape } = getValue(graph, graph.inputs[0]).type;
  const data = Float32Array.from({ length: count * elementCount(shape) }, () => random.normal());
  return arrayRecords({ shape: [count, ...shape.slice(1)], data });
}

/** Changes the elements of the constant `name`. */
function edited(graph: Graph, name: string, edit: (value: number, index: number) => number): Graph {
  const values = new Map(graph.values);
  for (const value of graph.values.values()) {
    if (value.name !== name || !(value.data instanceof Float32Array)) continue;
    const changed: Value = { ...value, data: value.data.map(edit) };
    values.set(value.id, changed);
  }
  return { ...graph, values };
}

export const DEAD_CHANNEL = 2;
export const WIDE_CHANNEL = 5;
export const WIDTH = 1000;
export const STARVED_CHANNEL = 3;
export const OUTLIER = { unit: 4, input: 1 };

const CHANNELS = 8;

function sound(): Graph {
  return graphOf((b) => {
    const input = b.in('x', 1, 8, 8, 3);
    const features = b.conv('features', input, CHANNELS, 3, { activation: 'relu' });
    const reach = b.conv('reach', features, CHANNELS, 1, { activation: 'relu' });
    const mix = b.conv('mix', reach, CHANNELS, 3, { activation: 'relu' });
    const gamma = b.const('norm/gamma', [CHANNELS], [1.1, 0.9, 1.2, 1, 0.8, 1, 1.3, 0.7]);
    const beta = b.const('norm/beta', [CHANNELS], [0.1, -0.2, 0.1, 0, 0.3, 0, 0.1, -0.1]);
    const scaled = b.add('mul', 'norm', { activation: 'none' }, [mix, gamma]);
    const shifted = b.add('add', 'norm', { activation: 'none' }, [scaled, beta]);
    const pooled = b.add('mean', 'pool', { axes: [1, 2], keepDims: false }, [shifted]);
    const hidden = b.dense('hidden', pooled, 16, 'relu');
    return [b.dense('scores', hidden, 4)];
  });
}

/** As it is read from a file: what each trouble does to the function, the next layer undoes, but for the dead channel. */
export function troubledNetwork(): Graph {
  const inner = CHANNELS;
  let graph = sound();
  // A ReLU that never opens.
  graph = edited(graph, 'features/b', (value, i) => (i === DEAD_CHANNEL ? -1000 : value));
  // A channel that reaches 1000 times as far as the others, read with weights that are 1000 times smaller.
  const isWide = (i: number): boolean => Math.floor(i / inner) === WIDE_CHANNEL;
  graph = edited(graph, 'reach/w', (value, i) => (isWide(i) ? value * WIDTH : value));
  graph = edited(graph, 'reach/b', (value, i) => (i === WIDE_CHANNEL ? value * WIDTH : value));
  graph = edited(graph, 'mix/w', (value, i) => (i % inner === WIDE_CHANNEL ? value / WIDTH : value));
  // A channel that is nearly dead behind its ReLU, and that batch normalization divides by nearly nothing.
  graph = edited(graph, 'mix/w', (value, i) =>
    Math.floor(i / (9 * inner)) === STARVED_CHANNEL ? value * 1e-4 : value,
  );
  graph = edited(graph, 'mix/b', (value, i) => (i === STARVED_CHANNEL ? 1e-4 : value));
  graph = edited(graph, 'norm/gamma', (value, i) => (i === STARVED_CHANNEL ? 1000 : value));
  // One weight that rules the scale of a whole layer.
  graph = edited(graph, 'hidden/w', (value, i) => (i === OUTLIER.unit * inner + OUTLIER.input ? 60 : value));
  return graph;
}

/** As it is calibrated. */
export function prepared(graph: Graph): Graph {
  return prepareForInt8(simplifyFloat(graph), { library: 'tflm', without: [] });
}
