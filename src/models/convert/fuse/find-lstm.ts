/** Layers of LSTM in a graph that has them step by step, as `unrollLstm` writes them, and as passes and training leave that. */

import { isLstm } from '../../../formats/lowering/recurrent/lstm-by-values.ts';
import type { LstmExtent, LstmGates } from '../../../formats/lowering/recurrent/lstm-values.ts';
import type { Graph, Node, NodeOf, ValueId } from '../../../ir/graph.ts';
import { dropUnreachable, type Rewrite } from '../../../ir/rewrite.ts';

/** Of a fully connected node: rows of its weights for each gate, and the constants themselves. */
interface Product {
  readonly input: ValueId;
  readonly weights: ValueId;
  readonly bias: ValueId | undefined;
}

/** The steps of the input's product, and the product of the hidden state that is added to all of them but the first. */
interface Side {
  readonly ofInput: Product;
  readonly ofHidden: Product;
}

export interface UnrolledLstm {
  /** The first part of the input's product: it is there as long as the steps are. */
  readonly mark: ValueId;
  readonly extent: LstmExtent;
  readonly gates: LstmGates;
  /** [steps · batch, depth] in any shape. */
  readonly input: ValueId;
  /** The hidden states in the order in which they are made. */
  readonly hidden: readonly ValueId[];
  readonly fromLast: boolean;
  /** The three gates that let through behind one another, and the candidate. */
  readonly sides: readonly [gates: Side, candidate: Side];
  /** Before which everything is known that the layer reads. */
  readonly first: Node;
}

function productOf(rewrite: Rewrite, node: Node | undefined): Product | undefined {
  if (node?.kind !== 'fully_connected' || node.attributes.activation !== 'none') return undefined;
  const [input, weights, bias] = node.inputs;
  if (input === undefined || weights === undefined || rewrite.floats(weights) === undefined) return undefined;
  return bias === undefined || rewrite.floats(bias) !== undefined ? { input, weights, bias } : undefined;
}

function soleReader<Kind extends Node['kind']>(
  rewrite: Rewrite,
  id: ValueId,
  kind: Kind,
): NodeOf<Kind> | undefined {
  const [reader, ...others] = rewrite.consumers(id);
  return others.length === 0 && reader?.kind === kind ? (reader as NodeOf<Kind>) : undefined;
}

function otherOperand({ inputs: [a, b] }: Node, one: ValueId): ValueId {
  return (a === one ? b : a) as ValueId;
}

/** A step's part of the input's product with what the hidden state adds to it, if anything. */
interface Sum {
  readonly sum: ValueId;
  readonly ofHidden: Product | undefined;
}

function sumOf(rewrite: Rewrite, part: ValueId): Sum | undefined {
  const add = soleReader(rewrite, part, 'add');
  if (add === undefined) return { sum: part, ofHidden: undefined };
  const ofHidden = productOf(rewrite, rewrite.producer(otherOperand(add, part)));
  return ofHidden && { sum: add.outputs[0], ofHidden };
}

interface Step extends Sum {
  /** What comes in: the product of the first gate and the candidate. */
  readonly incoming: Node;
  readonly hidden: ValueId;
}

/** h ← o · tanh(c) behind the gates of a step; their order is that of `lstmCell`. */
function stepOf(rewrite: Rewrite, part: ValueId): Step | undefined {
  const sum = sumOf(rewrite, part);
  const opened = sum && soleReader(rewrite, sum.sum, 'logistic');
  const gates = opened && soleReader(rewrite, opened.outputs[0], 'split');
  if (sum === undefined || gates?.outputs.length !== 3) return undefined;
  const incoming = soleReader(rewrite, gates.outputs[0], 'mul');
  const hidden = soleReader(rewrite, gates.outputs[2], 'mul');
  return incoming && hidden && { ...sum, incoming, hidden: hidden.outputs[0] };
}

/** Where the candidate of a step comes from: of the first one taken, the step's part of the input's product itself. */
function candidateOf(rewrite: Rewrite, { incoming }: Step): readonly (Node | undefined)[] {
  const tanh = incoming.inputs
    .map((id) => rewrite.producer(id as ValueId))
    .find((node) => node?.kind === 'tanh');
  const sum = tanh && rewrite.producer(tanh.inputs[0] as ValueId);
  return sum?.kind === 'add' ? sum.inputs.map((id) => rewrite.producer(id as ValueId)) : [sum];
}

function rowsOf(
  rewrite: Rewrite,
  id: ValueId | undefined,
  from: number,
  to: number,
): Float32Array | undefined {
  const data = rewrite.floats(id);
  if (data === undefined || id === undefined) return undefined;
  const { shape } = rewrite.type(id);
  const width = data.length / shape[0];
  return shape[0] >= to ? data.slice(from * width, to * width) : undefined;
}

function gateOf(rewrite: Rewrite, { ofInput, ofHidden }: Side, place: number, units: number) {
  const rows = (id: ValueId | undefined) => rowsOf(rewrite, id, place * units, (place + 1) * units);
  const [input, hidden] = [rows(ofInput.weights), rows(ofHidden.weights)];
  const bias = ofInput.bias === undefined ? new Float32Array(units) : rows(ofInput.bias);
  return input && hidden && bias && { input, hidden, bias };
}

function gatesOf(
  rewrite: Rewrite,
  [gates, candidate]: UnrolledLstm['sides'],
  units: number,
): LstmGates | undefined {
  const [inputGate, forgetGate, outputGate] = [0, 1, 2].map((place) => gateOf(rewrite, gates, place, units));
  const cellGate = gateOf(rewrite, candidate, 0, units);
  return inputGate && forgetGate && outputGate && cellGate && { inputGate, forgetGate, cellGate, outputGate };
}

/** The steps of a split in the order in which they are taken, the first of which has no hidden state before it. */
function stepsOf(rewrite: Rewrite, parts: readonly ValueId[]) {
  const found = parts.flatMap((part) => stepOf(rewrite, part) ?? []);
  if (found.length !== parts.length || found.length < 2) return undefined;
  const fromLast = found[0].ofHidden !== undefined;
  const steps = fromLast ? found.toReversed() : found;
  const [first, ...others] = steps;
  const [{ ofHidden }] = others;
  const isChain = others.every(
    (step, at) => step.ofHidden?.weights === ofHidden?.weights && step.ofHidden?.input === steps[at].hidden,
  );
  return first.ofHidden === undefined && ofHidden !== undefined && isChain
    ? { steps, ofHidden, fromLast }
    : undefined;
}

function unrolledAt(rewrite: Rewrite, split: NodeOf<'split'>): UnrolledLstm | undefined {
  const first = rewrite.producer(split.inputs[0] as ValueId);
  const ofInput = productOf(rewrite, first);
  const chain = ofInput && stepsOf(rewrite, split.outputs);
  if (ofInput === undefined || chain === undefined || first === undefined) return undefined;
  const { steps, ofHidden, fromLast } = chain;
  const [own] = candidateOf(rewrite, steps[0]);
  const candidateProducts = candidateOf(rewrite, steps[1]);
  const candidateInput = own?.kind === 'split' ? rewrite.producer(own.inputs[0] as ValueId) : undefined;
  const sideInput = productOf(rewrite, candidateInput);
  const [sideHidden] = candidateProducts.flatMap((node) => productOf(rewrite, node) ?? []);
  if (sideInput === undefined || sideHidden === undefined || sideInput.input !== ofInput.input)
    return undefined;
  if (candidateInput === undefined) return undefined;
  const units = rewrite.type(steps[0].hidden).shape[1];
  const sides = [
    { ofInput, ofHidden },
    { ofInput: sideInput, ofHidden: sideHidden },
  ] as const;
  const gates = gatesOf(rewrite, sides, units);
  const depth = rewrite.type(ofInput.weights).shape[1];
  const [rows] = rewrite.type(split.inputs[0] as ValueId).shape;
  const extent = { steps: steps.length, batch: rows / steps.length, depth, units };
  const isBefore = rewrite.nodes.indexOf(candidateInput) < rewrite.nodes.indexOf(first);
  return (
    gates && {
      ...{ mark: split.outputs[0], extent, gates, fromLast, sides, input: ofInput.input },
      hidden: steps.map(({ hidden }) => hidden),
      first: isBefore ? candidateInput : first,
    }
  );
}

/** What computes the hidden states of the input alone; undefined where they depend on something else. */
function partOf(graph: Graph, { input, hidden }: UnrolledLstm): Graph | undefined {
  const nodes = graph.nodes.filter(({ outputs }) => !outputs.includes(input));
  const part = dropUnreachable({ ...graph, nodes, inputs: [input], outputs: [...hidden] });
  const made = new Set([input, ...part.nodes.flatMap(({ outputs }) => outputs)]);
  const isWhole = part.nodes.every(({ inputs }) =>
    inputs.every((id) => id === undefined || made.has(id) || graph.values.get(id)?.data !== undefined),
  );
  return isWhole ? part : undefined;
}

/** The first layer whose values are those of its steps; not one of `apart`, by their marks. */
export function findLstm(
  graph: Graph,
  rewrite: Rewrite,
  apart: ReadonlySet<ValueId>,
): UnrolledLstm | undefined {
  for (const node of graph.nodes) {
    if (node.kind !== 'split' || apart.has(node.outputs[0])) continue;
    const found = unrolledAt(rewrite, node);
    const part = found && partOf(graph, found);
    if (found === undefined || part === undefined) continue;
    const { extent, gates, hidden, fromLast } = found;
    const seen = {
      graph: part,
      extent,
      roles: [...hidden.keys()],
      ...(fromLast ? { fromLast } : {}),
    } as const;
    if (isLstm(seen, gates)) return found;
  }
  return undefined;
}
