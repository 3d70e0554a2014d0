/** Operands that a step reads as they are in the file, and that lie in flash as Huffman codes. */

import { type Graph, getValue, inputShapes, type Node } from '../../../ir/graph.ts';
import { opOf } from '../../../ops/index.ts';
import type { ConstantPool } from '../constant-pool.ts';
import type { Emission, Places } from '../emitter.ts';
import type { CodedArray } from './weights.ts';

/** Positions of the inputs that the C of a step reads. */
function readInputs(emission: Emission): ReadonlySet<number> {
  const read = new Set<number>();
  const places: Places = {
    input(position) {
      read.add(position);
      return 'input';
    },
    output: () => 'output',
    state: () => 'state',
    weights: () => 'weights',
    scratch: 'scratch',
    isThere: () => false,
    backwards: false,
  };
  emission.call(places);
  return read;
}

/** Of operators that multiply and add; others look elements up, of which they need a few. */
function multiplies(graph: Graph, node: Node): boolean {
  const outputs = node.outputs.map((id) => getValue(graph, id).type.shape);
  return opOf(node.kind).macs(inputShapes(graph, node), outputs) > 0;
}

/** By position; puts them among the constants. */
export function codedInputs(
  graph: Graph,
  node: Node,
  label: string,
  emission: Emission,
  constants: ConstantPool,
): ReadonlyMap<number, CodedArray> {
  const coded = new Map<number, CodedArray>();
  if (!constants.codesWeights || !multiplies(graph, node)) return coded;
  for (const position of readInputs(emission)) {
    const id = node.inputs[position];
    const data = id === undefined ? undefined : getValue(graph, id).data;
    if (!(data instanceof Int8Array)) continue;
    const weights = constants.addWeights(`${label}_input${position}`, data);
    if (weights.are === 'coded') coded.set(position, weights.array);
  }
  return coded;
}
