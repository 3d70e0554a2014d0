/** Where a file of ours and one of TensorFlow's converter, of the same network, have other numbers. */

import type { QuantParams } from '../../src/core/quant-params.ts';
import { type Graph, getValue, type Node, type ValueId } from '../../src/ir/graph.ts';

/** Numbers of one kind that were compared. */
export interface Compared {
  readonly count: number;
  /** A sentence for each value that has others. */
  readonly different: readonly string[];
}

export interface Differences {
  /** Of activations. */
  readonly scales: Compared;
  readonly zeroPoints: Compared;
  /** Of weights, one for each of their scales. */
  readonly weightScales: Compared;
  readonly weights: Compared;
  readonly biases: Compared;
  /** The largest difference of two scales in parts of them, of activations and of weights. */
  readonly farthest: number;
  /** The largest difference of two biases in their units. */
  readonly farthestBias: number;
}

/** What only hands elements on may stand in one file alone. */
const MOVES = ['reshape', 'shape', 'strided_slice', 'pack'];
const WEIGHTED = ['conv_2d', 'depthwise_conv_2d', 'fully_connected'];

const computing = ({ nodes }: Graph): readonly Node[] => nodes.filter(({ kind }) => !MOVES.includes(kind));

const scalesOf = (quant: QuantParams): readonly number[] =>
  quant.scheme === 'per-tensor' ? [quant.scale] : [...quant.scales];

class Comparison {
  count = 0;
  readonly different: string[] = [];
  farthest = 0;

  add(label: string, ours: number, theirs: number): void {
    this.count++;
    this.farthest = Math.max(this.farthest, Math.abs(ours - theirs));
    if (ours !== theirs) this.different.push(`${label}: ${ours}, TensorFlow ${theirs}`);
  }

  addAll(label: string, ours: ArrayLike<number>, theirs: ArrayLike<number>): void {
    if (ours.length !== theirs.length)
      throw new Error(`${label}: ${ours.length} numbers, TensorFlow ${theirs.length}`);
    for (let i = 0; i < ours.length; i++) this.add(`${label} ${i}`, ours[i], theirs[i]);
  }
}

interface Pair {
  readonly label: string;
  readonly ours: Node;
  readonly theirs: Node;
}

function pairsOf(ours: Graph, theirs: Graph): readonly Pair[] {
  const [a, b] = [computing(ours), computing(theirs)];
  const kinds = (nodes: readonly Node[]): string => nodes.map(({ kind }) => kind).join(' ');
  if (kinds(a) !== kinds(b)) throw new Error(`${kinds(a)}\nTensorFlow ${kinds(b)}`);
  return a.map((node, index) => ({
    label: `${node.kind} ${index}`,
    ours: node,
    theirs: b[index],
  }));
}

/** Throws where the operators are others. */
export function tensorflowDifferences(ours: Graph, theirs: Graph): Differences {
  const all = {
    scales: new Comparison(),
    zeroPoints: new Comparison(),
    weightScales: new Comparison(),
    weights: new Comparison(),
    biases: new Comparison(),
  };
  let farthest = 0;
  const scales = (into: Comparison, label: string, a: readonly number[], b: readonly number[]): void => {
    into.addAll(label, a, b);
    for (const [index, scale] of a.entries()) farthest = Math.max(farthest, Math.abs(scale / b[index] - 1));
  };
  const quantOf = (graph: Graph, id: ValueId): QuantParams => {
    const { quant } = getValue(graph, id).type;
    if (quant === undefined) throw new Error(`value ${id} has no scale`);
    return quant;
  };
  const activation = (label: string, a: ValueId, b: ValueId): void => {
    const [our, their] = [quantOf(ours, a), quantOf(theirs, b)];
    scales(all.scales, label, scalesOf(our), scalesOf(their));
    if (our.scheme === 'per-tensor' && their.scheme === 'per-tensor')
      all.zeroPoints.add(`${label} 0`, our.zeroPoint, their.zeroPoint);
  };
  const constants = ({ label, ours: a, theirs: b }: Pair): void => {
    const [weights, bias] = [1, 2].map((operand) => [a.inputs[operand], b.inputs[operand]]);
    const [[w, v], [c, d]] = [weights, bias] as [[ValueId, ValueId], [ValueId?, ValueId?]];
    scales(all.weightScales, `${label} weights`, scalesOf(quantOf(ours, w)), scalesOf(quantOf(theirs, v)));
    const data = (graph: Graph, id: ValueId) => getValue(graph, id).data as ArrayLike<number>;
    all.weights.addAll(`${label} weights`, data(ours, w), data(theirs, v));
    if (c === undefined || d === undefined) {
      if (c !== d) throw new Error(`${label}: one has a bias`);
    } else all.biases.addAll(`${label} bias`, data(ours, c), data(theirs, d));
  };
  activation('input', ours.inputs[0], theirs.inputs[0]);
  for (const pair of pairsOf(ours, theirs)) {
    activation(pair.label, pair.ours.outputs[0], pair.theirs.outputs[0]);
    if (WEIGHTED.includes(pair.ours.kind)) constants(pair);
  }
  return { ...all, farthest, farthestBias: all.biases.farthest };
}
