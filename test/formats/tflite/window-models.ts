/** Convolutions, pooling and reductions for the tests of the `.tflite` format. */

import { perAxis } from '../../../src/core/quant-params.ts';
import type { TensorType } from '../../../src/core/tensor.ts';
import type { Graph } from '../../../src/ir/graph.ts';
import { int8, TestGraph } from './models.ts';

function weights(axis: number, ...shape: number[]): TensorType {
  const scales = Array.from({ length: shape[axis] }, (_, index) => 0.01 + index / 1000);
  return { dtype: 'int8', shape, quant: perAxis(axis, scales) };
}

function bias(units: number): TensorType {
  return {
    dtype: 'int32',
    shape: [units],
    quant: weights(0, units).quant as NonNullable<TensorType['quant']>,
  };
}

/** Each once, with attributes that are not the format's defaults and differ in height and width. */
export function windowOperators(): Graph {
  const graph = new TestGraph();
  const input = graph.input(int8([1, 9, 8, 4], 0.05, 3));
  const convolved = graph.node(
    'conv_2d',
    { padding: 'valid', strides: [1, 2], dilations: [3, 2], activation: 'relu6' },
    [input, graph.constant(weights(0, 2, 3, 2, 4)), graph.constant(bias(2))],
    graph.value(int8([1, 3, 3, 2], 0.06, 1)),
  );
  const transposed = graph.node(
    'transpose_conv',
    { padding: 'valid', strides: [2, 3], outputShape: [1, 8, 9, 3], activation: 'relu' },
    [convolved, graph.constant(weights(0, 3, 3, 2, 2)), graph.constant(bias(3))],
    graph.value(int8([1, 8, 9, 3], 0.04, 2)),
  );
  const depthwise = graph.node(
    'depthwise_conv_2d',
    { padding: 'same', strides: [2, 1], dilations: [1, 3], depthMultiplier: 2, activation: 'none' },
    [transposed, graph.constant(weights(3, 1, 2, 3, 6)), graph.constant(bias(6))],
    graph.value(int8([1, 4, 9, 6], 0.07, 0)),
  );
  const average = graph.node(
    'average_pool_2d',
    { padding: 'same', strides: [1, 2], filter: [2, 3], activation: 'relu_n1_to_1' },
    [depthwise],
    graph.value(int8([1, 4, 5, 6], 0.07, 0)),
  );
  const largest = graph.node(
    'max_pool_2d',
    { padding: 'valid', strides: [2, 1], filter: [3, 2], activation: 'relu' },
    [average],
    graph.value(int8([1, 1, 4, 6], 0.07, 0)),
  );
  const mean = graph.node(
    'mean',
    { axes: [1], keepDims: true },
    [largest],
    graph.value(int8([1, 1, 4, 6], 0.03, -5)),
  );
  const sum = graph.node('sum', { axes: [0, 1], keepDims: false }, [mean], graph.value(int8([4, 6], 0.2, 5)));
  const most = graph.node(
    'reduce_max',
    { axes: [1], keepDims: true },
    [sum],
    graph.value(int8([4, 1], 0.2, 5)),
  );
  const least = graph.node(
    'reduce_min',
    { axes: [0, 1], keepDims: false },
    [most],
    graph.value(int8([], 0.2, 5), 'output'),
  );
  return graph.build(least);
}
