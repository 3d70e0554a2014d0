/** Operators with states, for the tests of the `.tflite` format. */

import { perTensor } from '../../../src/core/quant-params.ts';
import type { DType, Shape, TensorType } from '../../../src/core/tensor.ts';
import type { Graph } from '../../../src/ir/graph.ts';
import { int8, TestGraph } from './models.ts';

const quantized = (dtype: DType, shape: Shape, scale: number): TensorType => ({
  dtype,
  shape,
  quant: perTensor(scale, 0),
});

/** Each once, with attributes that are not the format's defaults. */
export function recurrentOperators(): Graph {
  const graph = new TestGraph();
  const weights = (...shape: number[]) => graph.constant(quantized('int8', shape, 0.01));
  const biases = (length: number) =>
    graph.constant(quantized('int32', [length], 0.0005), new Int32Array(length).fill(7));
  const input = graph.input(int8([2, 3, 4], 0.05, 3));
  const sequence = graph.node(
    'unidirectional_sequence_lstm',
    { cellClip: 4, timeMajor: true, unprojected: { scale: perTensor(0.01, 0).scale, zeroPoint: 2 } },
    [
      input,
      ...[1, 2, 3, 4].map(() => weights(5, 4)),
      ...[1, 2, 3, 4].map(() => weights(5, 5)),
      ...[1, 2, 3, 4].map(() => biases(5)),
      graph.state(int8([3, 5], 1 / 128, -1)),
      graph.state(quantized('int16', [3, 5], 2 ** -11)),
    ],
    graph.value(int8([2, 3, 5], 1 / 128, -1)),
  );
  const flat = graph.node(
    'reshape',
    { newShape: [6, 5] },
    [sequence],
    graph.value(int8([6, 5], 1 / 128, -1)),
  );
  return graph.build(
    graph.node(
      'svdf',
      { rank: 2, activation: 'relu' },
      [
        flat,
        weights(4, 5),
        graph.constant(quantized('int16', [4, 3], 0.001)),
        graph.constant(quantized('int32', [2], 0.000001)),
        graph.state(quantized('int16', [6, 12], 0.001)),
      ],
      graph.value(int8([6, 2], 0.1, 4), 'output'),
    ),
  );
}

/** Two variables of which one begins with elements of its own: it counts inputs, and the other has what it had before. */
export function resourceOperators(): Graph {
  const graph = new TestGraph();
  const type = int8([1, 3], 0.1, 4);
  const input = graph.input(type);
  const counter = graph.resource('counter', type, Int8Array.of(5, 6, 7));
  const before = graph.resource('before', type);
  const count = graph.node('read_variable', {}, [counter], graph.value(type));
  const old = graph.node('read_variable', {}, [before], graph.value(type, 'old'));
  const sum = graph.node('add', { activation: 'none' }, [count, input], graph.value(type, 'output'));
  graph.node('assign_variable', {}, [before, count], graph.value(type, ''));
  graph.node('assign_variable', {}, [counter, sum], graph.value(type, ''));
  return graph.build(sum, old);
}
