/** An int8 network whose first images are much larger than its later ones: what bands of rows are made for. */

import { perAxis, perTensor } from '../../src/core/quant-params.ts';
import { createRandom } from '../../src/core/random.ts';
import { elementCount, type TensorType } from '../../src/core/tensor.ts';
import { type Graph, getValue, type ValueId } from '../../src/ir/graph.ts';
import { TestGraph } from '../formats/tflite/models.ts';

const ONE = [1, 1] as const;
const TWO = [2, 2] as const;

function image(...shape: readonly number[]): TensorType {
  return { dtype: 'int8', shape, quant: perTensor(0.05, -7) };
}

/** Weights and biases for so many channels along an axis. */
function weights(graph: TestGraph, axis: 0 | 3, shape: readonly number[]): [ValueId, ValueId] {
  const channels = shape[axis];
  const scales = Array.from({ length: channels }, (_, channel) => 0.002 + 0.0001 * channel);
  return [
    graph.constant({ dtype: 'int8', shape, quant: perAxis(axis, scales) }),
    graph.constant({ dtype: 'int32', shape: [channels] }),
  ];
}

/** Of an image of so many rows, a multiple of 4, and 11 columns. */
export function bandNetwork(rows = 20): Graph {
  const half = rows / 2;
  const quarter = half / 2;
  const last = Math.floor((quarter - 3) / 2) + 1;
  const graph = new TestGraph();
  const window = { padding: 'same', dilations: ONE, activation: 'none' } as const;
  const input = graph.input(image(1, rows, 11, 2));
  const first = graph.node(
    'conv_2d',
    { ...window, strides: ONE },
    [input, ...weights(graph, 0, [12, 3, 3, 2])],
    graph.value(image(1, rows, 11, 12)),
  );
  const depthwise = graph.node(
    'depthwise_conv_2d',
    { ...window, strides: ONE, depthMultiplier: 1 },
    [first, ...weights(graph, 3, [1, 3, 3, 12])],
    graph.value(image(1, rows, 11, 12)),
  );
  const pooled = graph.node(
    'max_pool_2d',
    { padding: 'same', strides: TWO, filter: [3, 3], activation: 'none' },
    [depthwise],
    graph.value(image(1, half, 6, 12)),
  );
  const dilated = graph.node(
    'conv_2d',
    { ...window, dilations: TWO, strides: ONE },
    [pooled, ...weights(graph, 0, [12, 3, 3, 12])],
    graph.value(image(1, half, 6, 12)),
  );
  const sum = graph.node(
    'add',
    { activation: 'relu' },
    [pooled, dilated],
    graph.value(image(1, half, 6, 12)),
  );
  const averaged = graph.node(
    'average_pool_2d',
    { padding: 'same', strides: [2, 1], filter: [3, 2], activation: 'none' },
    [sum],
    graph.value(image(1, quarter, 6, 12)),
  );
  const shrunk = graph.node(
    'depthwise_conv_2d',
    { ...window, padding: 'valid', strides: TWO, depthMultiplier: 1 },
    [averaged, ...weights(graph, 3, [1, 3, 3, 12])],
    graph.value(image(1, last, 2, 12)),
  );
  const flat = graph.node(
    'reshape',
    { newShape: [1, 24 * last] },
    [shrunk],
    graph.value(image(1, 24 * last)),
  );
  return graph.build(flat);
}

/** Random bytes for its input. */
export function recordOf(graph: Graph): Int8Array {
  const random = createRandom(9, 'bands');
  const length = elementCount(getValue(graph, graph.inputs[0]).type.shape);
  return Int8Array.from({ length }, () => random.below(256) - 128);
}
