/** Operators that repeat, reverse, pick, sum up and normalize, for the tests of the `.tflite` format. */

import type { Graph } from '../../../src/ir/graph.ts';
import { float32, TestGraph } from './models.ts';

/** Each once, with attributes that are not the format's defaults. */
export function repetitionOperators(): Graph {
  const graph = new TestGraph();
  const of = (...shape: number[]) => graph.value(float32(...shape));
  const pooled = graph.node(
    'l2_pool_2d',
    { padding: 'valid', strides: [2, 1], filter: [1, 2], activation: 'relu' },
    [graph.input(float32(1, 4, 4, 4))],
    of(1, 2, 3, 4),
  );
  const normalized = graph.node('l2_normalization', {}, [pooled], of(1, 2, 3, 4));
  const reversed = graph.node('reverse_v2', { axes: [1, 2] }, [normalized], of(1, 2, 3, 4));
  const cumulation = { axis: -2, exclusive: true, reverse: true };
  const cumulated = graph.node('cumsum', cumulation, [reversed], of(1, 2, 3, 4));
  const other = graph.constant(float32(1, 2, 3, 4));
  const added = graph.node('add_n', {}, [cumulated, other, cumulated], of(1, 2, 3, 4));
  const logarithms = graph.node('log_softmax', {}, [added], of(1, 2, 3, 4));
  const indices = graph.constant({ dtype: 'int32', shape: [2, 2] }, Int32Array.of(0, 1, 0, 0));
  const picked = graph.node('gather_nd', {}, [logarithms, indices], of(2, 3, 4));
  const factor = graph.constant(float32(2, 5, 3));
  const product = graph.node('batch_matmul', { adjX: true, adjY: true }, [picked, factor], of(2, 4, 5));
  const repeated = graph.node('broadcast_to', { shape: [3, 2, 4, 5] }, [product], of(3, 2, 4, 5));
  const tiled = graph.node('tile', { multiples: [1, 1, 2, 1] }, [repeated], of(3, 2, 8, 5));
  const zeros = graph.node('zeros_like', {}, [tiled], of(3, 2, 8, 5));
  const filled = graph.node(
    'fill',
    { shape: [3, 2, 8, 5] },
    [graph.input(float32(), 'value')],
    of(3, 2, 8, 5),
  );
  const sum = graph.node('add', { activation: 'none' }, [zeros, filled], of(3, 2, 8, 5));
  return graph.build(
    graph.node('arg_min', { axis: -1 }, [sum], graph.value({ dtype: 'int32', shape: [3, 2, 8] }, 'output')),
  );
}
