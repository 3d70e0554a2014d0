/** Graphs of TensorFlow as float32 graphs, with batch 1. */

import { inputError, withErrorContext } from '../../core/errors.ts';
import { given } from '../../core/given.ts';
import type { Shape } from '../../core/tensor.ts';
import type { Graph } from '../../ir/graph.ts';
import { dropUnreachable } from '../../ir/rewrite.ts';
import { Allowance } from '../allowance.ts';
import { requireInputs } from '../lowering/given-shapes.ts';
import { GraphWriter } from '../lowering/graph-writer.ts';
import { stepNetwork } from '../lowering/recurrent/step/step-network.ts';
import { type End, endOf, nodeAt, placeholders, placeholderType, sizesOf, unreadNodes } from './ends.ts';
import { type Nodes, nodesByName } from './graph-nodes.ts';
import { type LoopWishes, Lowering, type ReadVariable } from './lowering.ts';
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
  /** The network of one time step. */
  readonly step?: boolean;
}

/** A name that the file gives to an end, or a tensor. */
function wished(
  names: readonly string[] | undefined,
  known: readonly End[] | undefined,
): readonly End[] | undefined {
  return names?.map((name) => known?.find((end) => end.name === name || end.tensor === name) ?? endOf(name));
}

interface Ends {
  readonly inputs: readonly End[];
  readonly outputs: readonly End[];
}

function endsOf(source: TensorFlowGraph, nodes: Nodes, wishes: Wishes): Ends {
  const outputs = wished(wishes.outputs, source.outputs) ?? source.outputs ?? unreadNodes(nodes);
  const inputs = wished(wishes.inputs, source.inputs) ?? source.inputs ?? placeholders(nodes, outputs);
  for (const end of [...inputs, ...outputs]) nodeAt(nodes, end);
  if (inputs.length > 0) return { inputs, outputs };
  throw inputError(
    'tensorflow-inputs',
    'The outputs are computed from no placeholder, so there is no input.',
  );
}

interface Lowered {
  readonly graph: Graph;
  /** Whether it computes in steps again what a layer stands for. */
  readonly keepsSteps: boolean;
}

/** Without what nothing reads: of loops that became a layer, all steps. */
function lowered(
  { graph, readVariable }: TensorFlowGraph,
  nodes: Nodes,
  { inputs, outputs }: Ends,
  { shapes, fileBytes, loops }: Reading,
): Lowered {
  const writer = new GraphWriter(new Allowance(fileBytes, 'computed'));
  const placeholdersGiven = new Map(
    inputs.map((end) => {
      const type = placeholderType(nodeAt(nodes, end), end, shapes);
      const name = inputs.length === 1 ? 'input' : end.name;
      return [nodeOf(end.tensor), [writer.input(name, type)]] as const;
    }),
  );
  const lowering = new Lowering(writer, graph.library, readVariable, loops);
  const scope = new Scope(lowering, nodes, placeholdersGiven);
  const ends = outputs.map(({ name, tensor }) => ({
    name: outputs.length === 1 ? 'output' : name,
    operand: withErrorContext(`Output "${name}"`, () => scope.operand(tensor)),
  }));
  const made = dropUnreachable(writer.build(ends));
  return { graph: made, keepsSteps: lowering.left.some(({ id }) => made.values.has(id)) };
}

/** How the nodes of a file are lowered. */
interface Reading {
  readonly shapes: ReadonlyMap<string, Shape>;
  readonly fileBytes: number;
  readonly loops: LoopWishes;
}

/**
 * `fileBytes`: those of the file, which bound what is made of it. Throws input errors for damaged files and unsupported errors for what TFLM
 * cannot compute, naming node and operator.
 */
export function graphOf(source: TensorFlowGraph, wishes: Wishes, fileBytes: number): Graph {
  const nodes = nodesByName(source.graph.nodes);
  const ends = endsOf(source, nodes, wishes);
  const { shapes = new Map<string, Shape>() } = wishes;
  requireInputs(
    shapes,
    ends.inputs.flatMap(({ name, tensor }) => [name, nodeOf(tensor)]),
  );
  const read = (of: ReadonlyMap<string, Shape>, steps?: number): Graph => {
    const reading = (recognizes: boolean): Reading => ({
      shapes: of,
      fileBytes,
      loops: { recognizes, ...given({ steps }) },
    });
    const layers = lowered(source, nodes, ends, reading(true));
    return layers.keepsSteps ? lowered(source, nodes, ends, reading(false)).graph : layers.graph;
  };
  if (!wishes.step) return read(shapes);
  const inputs = ends.inputs.map((end) => ({
    name: end.name,
    shape: shapes.get(end.name) ?? sizesOf(nodeAt(nodes, end)) ?? [],
  }));
  return stepNetwork(inputs, (shape, steps) => read(new Map(shapes).set(inputs[0].name, shape), steps));
}
