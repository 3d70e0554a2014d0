/**
 * Input scaling in front of a convolution that is padded: padding puts zeros behind the shift, which keeps it from being
 * folded into the weights. Padded in front of the scaling, with the numbers that become zero, the convolution pads no more,
 * and what lies between is folded into it: one PADV2, or where each channel has its own number two CONCATENATIONs, in place
 * of MUL and ADD. Nothing is rounded on the way in int8.
 */

import { type Shape, sameShape } from '../../core/tensor.ts';
import { nodeOf } from '../../ir/builder.ts';
import type { Graph, Node, ValueId } from '../../ir/graph.ts';
import { nodeWith, type Rewrite, rewriteNodes } from '../../ir/rewrite.ts';
import { linearOf } from '../linear.ts';
import type { Pass } from '../pass.ts';
import { type Amounts, type Convolution, type PaddedImage, paddedImageOf } from './padded-image.ts';
import { type ScaleShift, scaleShiftOf } from './scale-shift.ts';

/** Numbers that are no further apart than what float32 makes of scales and shifts are one. */
const ONE = 2 ** -21;

/** Scales and shifts in a row that nothing else reads. */
interface Chain {
  /** From the last to the first. */
  readonly steps: readonly ScaleShift[];
  readonly source: ValueId;
  /** What becomes zero, for each channel. */
  readonly numbers: Float32Array;
}

function chainBefore(rewrite: Rewrite, from: ValueId): Chain | undefined {
  const steps: ScaleShift[] = [];
  let source = from;
  while (rewrite.isReadOnce(source)) {
    const step = scaleShiftOf(rewrite, rewrite.producer(source));
    if (step === undefined || step.activation !== 'none') break;
    steps.push(step);
    source = step.input;
  }
  const [last] = steps;
  if (last === undefined) return undefined;
  const numbers = Float32Array.from(last.shift, (_, channel) =>
    steps.reduce((value, { scale, shift }) => (value - shift[channel]) / scale[channel], 0),
  );
  return { steps, source, numbers };
}

/** The number of all channels, if it is one. */
function oneNumber(numbers: Float32Array): number | undefined {
  const [number] = numbers;
  const isOne = numbers.every((other) => Math.abs(other - number) <= ONE * Math.abs(number));
  return isOne ? number : undefined;
}

/** Nodes in front of a convolution, and the image that the last of them makes. */
interface Front {
  readonly id: ValueId;
  readonly shape: Shape;
  readonly nodes: readonly Node[];
}

function padWithOne(rewrite: Rewrite, name: string, number: number, image: PaddedImage, front: Front): Front {
  const around = [[0, 0], image.rows, image.columns, [0, 0]] as const;
  const shape = front.shape.map((size, axis) => size + around[axis][0] + around[axis][1]);
  const value = rewrite.constant(name, { dtype: 'float32', shape: [1] }, Float32Array.of(number));
  const id = rewrite.fresh(name, { dtype: 'float32', shape });
  const padded = nodeOf('padv2', name, { paddings: around }, [front.id, value], [id]);
  return { id, shape, nodes: [...front.nodes, padded] };
}

/** Constants of each channel's number joined before and behind along an axis. */
function joinNumbers(
  rewrite: Rewrite,
  name: string,
  numbers: Float32Array,
  axis: 1 | 2,
  [before, behind]: Amounts,
  front: Front,
): Front {
  if (before + behind === 0) return front;
  const border = (size: number): readonly ValueId[] => {
    const shape = front.shape.with(axis, size);
    const length = shape.reduce((product, side) => product * side, 1);
    const data = Float32Array.from({ length }, (_, index) => numbers[index % numbers.length]);
    return size === 0 ? [] : [rewrite.constant(name, { dtype: 'float32', shape }, data)];
  };
  const first = border(before);
  const inputs = [...first, front.id, ...(before === behind ? first : border(behind))];
  const shape = front.shape.with(axis, front.shape[axis] + before + behind);
  const id = rewrite.fresh(name, { dtype: 'float32', shape });
  const joined = nodeOf('concatenation', name, { axis, activation: 'none' }, inputs, [id]);
  return { id, shape, nodes: [...front.nodes, joined] };
}

function padWithNumbers(
  rewrite: Rewrite,
  name: string,
  { numbers }: Chain,
  image: PaddedImage,
  front: Front,
): Front {
  const number = oneNumber(numbers);
  if (number !== undefined) return padWithOne(rewrite, name, number, image, front);
  const rows = joinNumbers(rewrite, `${name}/rows`, numbers, 1, image.rows, front);
  return joinNumbers(rewrite, `${name}/columns`, numbers, 2, image.columns, rows);
}

/** The source of the chain in the shape of the image. */
function sourceFront(rewrite: Rewrite, name: string, source: ValueId, { shape }: PaddedImage): Front {
  const { type } = rewrite.value(source);
  if (sameShape(type.shape, shape)) return { id: source, shape, nodes: [] };
  const id = rewrite.fresh(name, { ...type, shape });
  return { id, shape, nodes: [nodeOf('reshape', name, { newShape: shape }, [source], [id])] };
}

/** The chain again, behind what is there. */
function withChain(rewrite: Rewrite, { steps }: Chain, front: Front): Front {
  let { id } = front;
  const nodes = [...front.nodes];
  for (const step of steps.toReversed()) {
    const output = rewrite.fresh(step.node.name, { dtype: 'float32', shape: front.shape });
    const inputs = step.node.inputs.map((operand) => (operand === step.input ? id : operand));
    nodes.push(nodeWith(step.node, { inputs, outputs: [output] }));
    id = output;
  }
  return { id, shape: front.shape, nodes };
}

/** Which numbers may surround what they were subtracted from. */
export type Suits = (source: ValueId, numbers: Float32Array) => boolean;

function padBefore(rewrite: Rewrite, node: Convolution, suits: Suits): boolean {
  if (linearOf(rewrite, node) === undefined) return false;
  const image = paddedImageOf(rewrite, node);
  if ([...image.rows, ...image.columns].every((amount) => amount === 0)) return false;
  const chain = chainBefore(rewrite, image.id);
  if (chain === undefined || !chain.numbers.every(Number.isFinite)) return false;
  if (chain.numbers.every((number) => number === 0) || !suits(chain.source, chain.numbers)) return false;
  const name = `${node.name}/padding`;
  const source = sourceFront(rewrite, name, chain.source, image);
  const padded = withChain(rewrite, chain, padWithNumbers(rewrite, name, chain, image, source));
  const inputs = [padded.id, ...node.inputs.slice(1)];
  rewrite.replace(node, ...padded.nodes, nodeWith(node, { attributes: { padding: 'valid' }, inputs }));
  return true;
}

/** The graph with such paddings moved wherever the numbers suit; the chains are still to be folded into the convolutions. */
export function padBeforeShifts(graph: Graph, suits: Suits): Graph {
  return rewriteNodes(
    graph,
    (rewrite, node) =>
      (node.kind === 'conv_2d' || node.kind === 'depthwise_conv_2d') && padBefore(rewrite, node, suits),
  );
}

/** One number for all channels; what each channel needs its own for is known to suit with ranges only. */
export const padBeforeShift: Pass = {
  name: 'pad-before-shift',
  run: (graph) => padBeforeShifts(graph, (_, numbers) => oneNumber(numbers) !== undefined),
};
