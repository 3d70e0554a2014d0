/** Fully connected layers and convolutions seen alike: windows of pixels that become a pixel each. */

import type { Shape } from '../../../core/tensor.ts';
import { type Graph, getValue, type Node, type NodeOf, type ValueId } from '../../../ir/graph.ts';
import { type ImageShape, NOT_DILATED, type Pair, positions, type Sliding } from '../../../ops/window.ts';

export interface WindowLayer {
  readonly node: NodeOf<'conv_2d'> | NodeOf<'fully_connected'>;
  /** [outputs, height, width, inputs] of the weights; a fully connected layer has a window of one pixel. */
  readonly kernel: ImageShape;
  readonly weights: Float32Array;
  readonly bias: Float32Array | undefined;
  readonly sliding: Sliding;
  /** What the window slides over; the rows of a fully connected layer's input are pixels below each other. */
  readonly image: ImageShape;
}

/** What operators cost that slide over an image one after another. */
export interface Cost {
  readonly macs: number;
  /** Weights; a bias stays what it was. */
  readonly parameters: number;
}

const ONE: Pair = [1, 1];

function geometryOf(
  node: WindowLayer['node'],
  input: Shape,
  weights: Shape,
): Pick<WindowLayer, 'kernel' | 'sliding' | 'image'> {
  if (node.kind === 'fully_connected') {
    const [units, depth] = weights;
    const rows = input.reduce((size, length) => size * length, 1) / depth;
    return {
      kernel: [units, 1, 1, depth],
      sliding: { padding: 'valid', filter: ONE, strides: ONE, dilations: NOT_DILATED },
      image: [1, rows, 1, depth],
    };
  }
  const kernel = [...weights] as unknown as ImageShape;
  const { padding, strides, dilations } = node.attributes;
  return {
    kernel,
    sliding: { padding, strides, dilations, filter: [kernel[1], kernel[2]] },
    image: [...input] as unknown as ImageShape,
  };
}

function floatsOf(graph: Graph, id: ValueId | undefined): Float32Array | undefined {
  const data = id === undefined ? undefined : getValue(graph, id).data;
  return data instanceof Float32Array ? data : undefined;
}

/** Undefined for other operators, convolutions in groups, and weights that are computed, not finite, or shared with another layer. */
function windowLayer(
  graph: Graph,
  node: Node,
  readers: ReadonlyMap<ValueId, number>,
): WindowLayer | undefined {
  if (node.kind !== 'conv_2d' && node.kind !== 'fully_connected') return undefined;
  const [input, weightsId, biasId] = node.inputs as readonly [ValueId, ValueId, ValueId | undefined];
  const [weights, bias] = [floatsOf(graph, weightsId), floatsOf(graph, biasId)];
  if (weights?.every(Number.isFinite) !== true || (biasId !== undefined && bias === undefined))
    return undefined;
  const [inputShape, weightShape] = [input, weightsId].map((id) => getValue(graph, id).type.shape);
  const layer = { node, weights, bias, ...geometryOf(node, inputShape, weightShape) };
  const isWhole = layer.image[3] === layer.kernel[3] && Number.isInteger(layer.image[1]);
  return isWhole && readers.get(weightsId) === 1 ? layer : undefined;
}

export function windowLayers(graph: Graph): WindowLayer[] {
  const readers = new Map<ValueId, number>();
  for (const id of graph.nodes.flatMap(({ inputs }) => inputs)) {
    if (id !== undefined) readers.set(id, (readers.get(id) ?? 0) + 1);
  }
  return graph.nodes.flatMap((node) => windowLayer(graph, node, readers) ?? []);
}

/** Of operators that read each other's images; all of them with the padding of the layer. */
export function costOf(image: ImageShape, operators: readonly Pick<Operator, 'kernel' | 'sliding'>[]): Cost {
  let [macs, parameters] = [0, 0];
  let at = image;
  for (const { kernel, sliding } of operators) {
    const weights = kernel.reduce((size, length) => size * length, 1);
    const [height, width] = positions(sliding, at);
    macs += height * width * weights;
    parameters += weights;
    at = [1, height, width, kernel[0]];
  }
  return { macs, parameters };
}

/** One of those that take a layer's place, without a bias. */
export interface Operator {
  readonly kernel: ImageShape;
  readonly sliding: Sliding;
  /** In the layout of `kernel`. */
  readonly weights: Float64Array;
}

/** What slides along some axes of a window and leaves the others alone. */
export function along(
  { padding, filter, strides, dilations }: Sliding,
  axes: readonly [boolean, boolean],
): Sliding {
  const part = (pair: Pair): Pair => [axes[0] ? pair[0] : 1, axes[1] ? pair[1] : 1];
  return { padding, filter: part(filter), strides: part(strides), dilations: part(dilations) };
}
