/** Functions of single numbers, quotients, and operators on plain integers and conditions, once each. */

import type { Graph, ValueId } from '../../../src/ir/graph.ts';
import { float32, int8, TestGraph } from './models.ts';

const REAL = ['ceil', 'cos', 'exp', 'floor', 'log', 'neg', 'round', 'sin', 'sqrt', 'square'] as const;
const PAIRS = ['floor_div', 'floor_mod', 'squared_difference'] as const;
const COMPARISONS = ['equal', 'greater', 'greater_equal', 'less', 'less_equal', 'not_equal'] as const;

export function plainOperators(): Graph {
  const graph = new TestGraph();
  const shape = [2, 3];
  const conditionType = { dtype: 'bool', shape } as const;
  const first = graph.input(float32(...shape), 'real');
  let real: ValueId = first;
  for (const kind of REAL) real = graph.node(kind, {}, [real], graph.value(float32(...shape)));
  for (const kind of PAIRS) real = graph.node(kind, {}, [real, first], graph.value(float32(...shape)));
  real = graph.node('div', { activation: 'relu6' }, [first, real], graph.value(float32(...shape)));

  const quantized = graph.input(int8(shape, 0.05, 3), 'quantized');
  const size = graph.node('abs', {}, [quantized], graph.value(int8(shape, 0.05, -128)));
  const root = graph.node('rsqrt', {}, [size], graph.value(int8(shape, 0.03, -128), 'root'));
  const [always, ...others] = COMPARISONS.map((kind) =>
    graph.node(kind, {}, [quantized, size], graph.value(conditionType)),
  );
  const all = others.reduce(
    (both, other) => graph.node('logical_and', {}, [both, other], graph.value(conditionType)),
    always,
  );
  const none = graph.node('logical_not', {}, [all], graph.value(conditionType));
  const either = graph.node('logical_or', {}, [none, all], graph.value(conditionType));
  const chosen = graph.node('select_v2', {}, [either, real, first], graph.value(float32(...shape)));
  const integers = graph.node('cast', {}, [chosen], graph.value({ dtype: 'int32', shape }, 'integers'));
  return graph.build(integers, root);
}
