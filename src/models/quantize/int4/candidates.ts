/** Layers whose weights TensorFlow Lite Micro takes in 4 bits, by the names that people give them. */

import { elementCount } from '../../../core/tensor.ts';
import { type Graph, getValue, type Node, type ValueId } from '../../../ir/graph.ts';
import { opOf } from '../../../ops/index.ts';
import { isLinear } from '../../../passes/linear.ts';

/** Nodes of a layer that is used more than once have one name. */
export interface Candidate {
  /** Of those without one, the operator and its place: `CONV_2D#3`. */
  readonly name: string;
  /** Outputs of its nodes. */
  readonly outputs: readonly ValueId[];
  readonly weights: number;
  /** Bytes that 4 bits save. */
  readonly saved: number;
  /** CMSIS-NN computes some of these otherwise. */
  readonly isDoubtful: boolean;
}

/** Elements of the weights; undefined where they are no int8 constants of an int8 operator. */
function int8Weights(int8: Graph, node: Node): number | undefined {
  const { quantRule } = opOf(node.kind);
  if (quantRule.rule !== 'weighted') return undefined;
  const [input, weights] = [node.inputs[0], node.inputs[quantRule.weights]];
  if (input === undefined || weights === undefined) return undefined;
  const { type, data } = getValue(int8, weights);
  const isInt8 = type.dtype === 'int8' && getValue(int8, input).type.dtype === 'int8';
  return isInt8 && data !== undefined ? elementCount(type.shape) : undefined;
}

/** Bytes of all weights of operators that multiply by them, as int8. */
export function weightBytes(int8: Graph): number {
  return int8.nodes.reduce((sum, node) => sum + (int8Weights(int8, node) ?? 0), 0);
}

function isDoubtful(int8: Graph, node: Node): boolean {
  return node.kind === 'depthwise_conv_2d' && getValue(int8, node.outputs[0]).type.shape[3] % 2 === 1;
}

/** Of an int8 graph, in the order of its nodes. */
export function int4Candidates(int8: Graph): readonly Candidate[] {
  const found = new Map<string, Candidate>();
  for (const [index, node] of int8.nodes.entries()) {
    const weights = isLinear(node) ? int8Weights(int8, node) : undefined;
    if (weights === undefined) continue;
    const name = node.name === '' ? `${node.kind.toUpperCase()}#${index}` : node.name;
    const known = found.get(name);
    found.set(name, {
      name,
      outputs: [...(known?.outputs ?? []), node.outputs[0]],
      weights: weights + (known?.weights ?? 0),
      saved: Math.floor(weights / 2) + (known?.saved ?? 0),
      isDoubtful: isDoubtful(int8, node) || known?.isDoubtful === true,
    });
  }
  return [...found.values()];
}
