/**
 * Ranges as TensorFlow's calibrator sees them. It looks at the inputs of an operator before and after it ran (`LoggingEval`,
 * LiteRT f674577 `calibrator.cc`), and some operators write their output into the memory of an input
 * (`ArenaPlanner::IdentifyInPlaceTensors`): the range of that input then holds the output too.
 */

import { elementCount } from '../../../core/tensor.ts';
import { type Graph, getValue, type Node, type ValueId } from '../../../ir/graph.ts';
import type { OpKind } from '../../../ops/index.ts';
import type { Range } from '../parameters.ts';

/** Operators whose `inplace_operator` shares an input that they change, and how many of their inputs may be it. */
const SHARED_INPUTS: { readonly [Kind in OpKind]?: number } = { add: 2, sub: 2, mul: 2, div: 2, softmax: 1 };

/** A tensor of so many elements is left alone (`kScalarTensorBytes`). */
const SCALAR = 1;

class InPlace {
  readonly #graph: Graph;
  readonly #reads = new Map<ValueId, number>();

  constructor(graph: Graph) {
    this.#graph = graph;
    for (const id of [...graph.nodes.flatMap(({ inputs }) => inputs), ...graph.outputs]) {
      if (id !== undefined) this.#reads.set(id, (this.#reads.get(id) ?? 0) + 1);
    }
  }

  /** The input in whose memory the output of the node lies. */
  sharedInput({ kind, inputs, outputs: [output] }: Node): ValueId | undefined {
    if (this.#graph.outputs.includes(output)) return undefined;
    return inputs.slice(0, SHARED_INPUTS[kind] ?? 0).find((id) => this.#isShared(id, output));
  }

  #isShared(id: ValueId | undefined, output: ValueId): boolean {
    if (id === undefined || this.#graph.inputs.includes(id) || this.#reads.get(id) !== 1) return false;
    const { data, type } = getValue(this.#graph, id);
    const elements = elementCount(type.shape);
    return (
      data === undefined &&
      elements > SCALAR &&
      elements === elementCount(getValue(this.#graph, output).type.shape)
    );
  }
}

export function rangesInPlace(
  graph: Graph,
  ranges: ReadonlyMap<ValueId, Range>,
): ReadonlyMap<ValueId, Range> {
  const memory = new InPlace(graph);
  const seen = new Map(ranges);
  for (const node of graph.nodes) {
    const input = memory.sharedInput(node);
    const before = input === undefined ? undefined : ranges.get(input);
    const after = ranges.get(node.outputs[0]);
    if (input === undefined || before === undefined || after === undefined) continue;
    seen.set(input, { min: Math.min(before.min, after.min), max: Math.max(before.max, after.max) });
  }
  return seen;
}
