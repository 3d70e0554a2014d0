/** Functions of single numbers and operators on plain integers and conditions, once each. */

import type { Graph, ValueId } from '../../../src/ir/graph.ts';
import { float32, int8, TestGraph } from './models.ts';

const REAL = ['ceil', 'cos', 'exp', 'floor', 'log', 'neg', 'round', 'sin', 'sqrt'] as const;

export function plainOperators(): Graph {
  const graph = new TestGraph();
  const shape = [2, 3];
  let real: ValueId = graph.input(float32(...shape), 'real');
  for (const kind of REAL) real = graph.node(kind, {}, [real], graph.value(float32(...shape)));
  const square = graph.node('square', {}, [real], graph.value(float32(...shape), 'square'));
  const quantized = graph.input(int8(shape, 0.05, 3), 'quantized');
  const size = graph.node('abs', {}, [quantized], graph.value(int8(shape, 0.05, -128)));
  const root = graph.node('rsqrt', {}, [size], graph.value(int8(shape, 0.03, -128), 'root'));
  return graph.build(square, root);
}
