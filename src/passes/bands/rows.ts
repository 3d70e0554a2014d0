/** Which rows of images an operator reads for which rows of its output. */

import { type Shape, sameShape, type TensorType } from '../../core/tensor.ts';
import { type Graph, getValue, type Node, statesOf, type ValueId } from '../../ir/graph.ts';
import { opOf } from '../../ops/index.ts';
import { type Margins, marginsOf, reachOf } from '../../ops/window.ts';
import { type SlidingNode, slides, slidingOf } from './sliding-node.ts';

/** Rows `first` … `end` − 1 of an image. */
export interface Rows {
  readonly first: number;
  readonly end: number;
}

export const heightOf = (shape: Shape): number => shape[1];

function shapeIn(graph: Graph): (id: ValueId) => Shape {
  return (id) => getValue(graph, id).type.shape;
}

const isConstant = (graph: Graph, id: ValueId | undefined): boolean =>
  id === undefined || getValue(graph, id).data !== undefined;

/** Whether a constant that broadcasts to images is the same for all rows. */
function isSameInRows(shape: Shape): boolean {
  return shape.length < 3 || shape[shape.length - 3] === 1;
}

/** One image goes in as it comes out, element by element, but for constants. */
function worksOnElements(graph: Graph, { kind, inputs }: Node, image: Shape): boolean {
  const { elementwise, broadcasts } = opOf(kind).traits;
  const shapeOf = shapeIn(graph);
  return (
    (elementwise || broadcasts) &&
    inputs.every((id) => {
      if (id === undefined) return true;
      return isConstant(graph, id) ? isSameInRows(shapeOf(id)) : sameShape(shapeOf(id), image);
    })
  );
}

/** Whether parts of such an image can be taken and joined: of int16 a concatenation takes no zero point but 0. */
function isJoinable({ dtype, quant }: TensorType): boolean {
  if (dtype === 'int16') return quant?.scheme === 'per-tensor' && quant.zeroPoint === 0;
  return dtype === 'int8' || dtype === 'float32';
}

/** Whether rows of the one image that it makes depend on a few rows of the images that it reads. */
export function worksInRows(graph: Graph, node: Node): boolean {
  const shapes = node.outputs.map(shapeIn(graph));
  const [image] = shapes;
  if (shapes.length !== 1 || image.length !== 4 || image[0] !== 1 || statesOf(node).length > 0) return false;
  if (!node.outputs.every((id) => isJoinable(getValue(graph, id).type))) return false;
  if (slides(node)) return node.inputs.every((id, position) => isConstant(graph, id) === position > 0);
  return worksOnElements(graph, node, image);
}

interface WindowRows extends Rows {
  readonly padding: Margins;
}

/** Of a sliding window, by the rows that it makes, those that it reads and what lies outside of the image above and below them. */
function windowRows(graph: Graph, node: SlidingNode): (made: Rows) => WindowRows {
  const { sliding, image } = slidingOf(node, shapeIn(graph));
  const margins = marginsOf(sliding, image);
  const [stride] = sliding.strides;
  const reach = reachOf(sliding, 0);
  const height = heightOf(image);
  return ({ first, end }) => {
    const top = first * stride - margins.top;
    const bottom = (end - 1) * stride - margins.top + reach;
    return {
      first: Math.max(0, top),
      end: Math.min(bottom, height),
      padding: { ...margins, top: Math.max(0, -top), bottom: Math.max(0, bottom - height) },
    };
  };
}

/** The rows that an operator which works in rows reads of every image, by those that it is to make. */
export function rowsRead(graph: Graph, node: Node): (made: Rows) => Rows {
  if (!slides(node)) return (made) => made;
  const ofWindow = windowRows(graph, node);
  return (made) => {
    const { first, end } = ofWindow(made);
    return { first, end };
  };
}

/** The attributes with which it makes these rows of those. */
export function attributesFor(graph: Graph, node: Node, made: Rows): Node['attributes'] {
  if (!slides(node)) return node.attributes;
  return { ...node.attributes, padding: windowRows(graph, node)(made).padding };
}
