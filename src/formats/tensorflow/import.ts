/** Graphs of TensorFlow as float32 graphs, with batch 1. */

import { inputError, withErrorContext } from '../../core/errors.ts';
import type { Shape } from '../../core/tensor.ts';
import type { Graph } from '../../ir/graph.ts';
import type { Allowance } from '../allowance.ts';
import { GraphWriter } from '../lowering/graph-writer.ts';
import { type End, endOf, nodeAt, placeholders, placeholderType, unreadNodes } from './ends.ts';
import { nodesByName } from './graph-nodes.ts';
import { Lowering, type ReadVariable } from './lowering.ts';
import type { GraphProto } from './messages.ts';
import { nodeOf } from './references.ts';
import { Scope } from './scope.ts';

export interface TensorFlowGraph {
  readonly graph: GraphProto;
  /** As the file says, where it does. */
  readonly inputs?: readonly End[];
  readonly outputs?: readonly End[];
  readonly readVariable: ReadVariable;
}

/** What people ask for. */
export interface Wishes {
  readonly shapes?: ReadonlyMap<string, Shape>;
  readonly inputs?: readonly string[];
  readonly outputs?: readonly string[];
}

/** A name that the file gives to an end, or a tensor. */
function wished(
  names: readonly string[] | undefined,
  known: readonly End[] | undefined,
): readonly End[] | undefined {
  return names?.map((name) => known?.find((end) => end.name === name || end.tensor === name) ?? endOf(name));
}

/** Throws input errors for damaged files and unsupported errors for what TFLM cannot compute, naming node and operator. */
export function graphOf(source: TensorFlowGraph, wishes: Wishes, allowance: Allowance): Graph {
  const { graph, readVariable } = source;
  const nodes = nodesByName(graph.nodes);
  const outputs = wished(wishes.outputs, source.outputs) ?? source.outputs ?? unreadNodes(nodes);
  const inputs = wished(wishes.inputs, source.inputs) ?? source.inputs ?? placeholders(nodes, outputs);
  for (const end of [...inputs, ...outputs]) nodeAt(nodes, end);
  if (inputs.length === 0) {
    throw inputError(
      'tensorflow-inputs',
      'The outputs are computed from no placeholder, so there is no input.',
    );
  }
  const writer = new GraphWriter(allowance);
  const given = new Map(
    inputs.map((end) => {
      const type = placeholderType(nodeAt(nodes, end), end, wishes.shapes ?? new Map());
      const name = inputs.length === 1 ? 'input' : end.name;
      return [nodeOf(end.tensor), [writer.input(name, type)]] as const;
    }),
  );
  const scope = new Scope(new Lowering(writer, graph.library, readVariable), nodes, given);
  const ends = outputs.map(({ name, tensor }) => ({
    name: outputs.length === 1 ? 'output' : name,
    operand: withErrorContext(`Output "${name}"`, () => scope.operand(tensor)),
  }));
  return writer.build(ends);
}
