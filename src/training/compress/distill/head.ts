/** How a graph ends: in probabilities of classes, in a probability for each output, or in numbers. */

import { elementCount } from '../../../core/tensor.ts';
import { type Graph, getValue, type Node, type ValueId } from '../../../ir/graph.ts';

export interface Head {
  readonly kind: 'softmax' | 'logistic' | 'numbers';
  /** What stands in front of the softmax or logistic: logits. The output itself of numbers. */
  readonly value: ValueId;
  /** Of softmax: what it multiplies logits by. */
  readonly beta: number;
  /** Of softmax: how many classes share one probability. */
  readonly classes: number;
  /** Of one sample. */
  readonly outputs: number;
}

/** What leaves numbers as they are. */
const PASSIVE: ReadonlySet<Node['kind']> = new Set([
  'reshape',
  'squeeze',
  'expand_dims',
  'quantize',
  'dequantize',
]);

function producerOf(graph: Graph, value: ValueId): Node | undefined {
  return graph.nodes.find(({ outputs }) => outputs.includes(value));
}

/** Of a graph with one output. */
export function headOf(graph: Graph): Head {
  const [output] = graph.outputs;
  const { shape } = getValue(graph, output).type;
  let last = producerOf(graph, output);
  while (last !== undefined && PASSIVE.has(last.kind)) last = producerOf(graph, last.inputs[0] as ValueId);
  const plain = { beta: 1, classes: shape.at(-1) ?? 1, outputs: elementCount(shape) };
  const classes = getValue(graph, last?.outputs[0] ?? output).type.shape.at(-1) ?? 1;
  switch (last?.kind) {
    case 'softmax':
      return {
        ...plain,
        kind: 'softmax',
        value: last.inputs[0] as ValueId,
        beta: last.attributes.beta,
        classes,
      };
    case 'log_softmax':
      return { ...plain, kind: 'softmax', value: last.inputs[0] as ValueId, classes };
    case 'logistic':
      return { ...plain, kind: 'logistic', value: last.inputs[0] as ValueId };
    default:
      return { ...plain, kind: 'numbers', value: output };
  }
}
