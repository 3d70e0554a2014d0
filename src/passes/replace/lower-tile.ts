/**
 * TILE, which TensorFlow Lite Micro lacks, as operators that every library has, exactly: pixels that are repeated as
 * RESIZE_NEAREST_NEIGHBOR (TensorFlow writes UpSampling2D as RESHAPE, TILE, RESHAPE for each axis), single elements as
 * BROADCAST_TO, and whole axes as CONCATENATION or as BROADCAST_TO between two RESHAPEs.
 */

import { sameQuant } from '../../core/quant-params.ts';
import { elementCount, type Shape, sameShape } from '../../core/tensor.ts';
import { nodeOf } from '../../ir/builder.ts';
import type { Graph, Node, NodeOf, ValueId } from '../../ir/graph.ts';
import { nodeWith, type Rewrite, rewriteNodes } from '../../ir/rewrite.ts';
import type { AttributesOf } from '../../ops/index.ts';
import type { Pass } from '../pass.ts';

/** TFLM's CONCATENATION takes no more. */
const MOST_COPIES = 10;
/** Of TFLM's BROADCAST_TO. */
const MOST_AXES = 5;
/** RESIZE_NEAREST_NEIGHBOR counts places in fractions of a pixel. */
const LONGEST_EDGE = 2 ** 20;

class TileLowering {
  readonly #rewrite: Rewrite;
  /** Nodes made here, which may be joined with their neighbours. */
  readonly #made: Set<Node>;

  constructor(rewrite: Rewrite, made: Set<Node>) {
    this.#rewrite = rewrite;
    this.#made = made;
  }

  lower(node: NodeOf<'tile'>): boolean {
    const { multiples } = node.attributes;
    const axes = [...multiples.keys()].filter((axis) => multiples[axis] > 1);
    if (axes.length === 0) return this.#rewrite.bypass(node, node.inputs[0] as ValueId);
    this.#replace(node, this.#oneAxis(node, axes) ?? this.#broadcast(node) ?? this.#axisByAxis(node, axes));
    return true;
  }

  /** Reads past a RESHAPE made here. */
  shorten(node: NodeOf<'reshape'>): boolean {
    const before = this.#rewrite.producer(node.inputs[0] as ValueId);
    if (before?.kind !== 'reshape' || !this.#made.has(before)) return false;
    const [source] = before.inputs as readonly [ValueId];
    if (sameShape(this.#rewrite.type(source).shape, node.attributes.newShape)) {
      return this.#rewrite.bypass(node, source);
    }
    this.#rewrite.replace(node, nodeWith(node, { inputs: [source] }));
    return true;
  }

  #replace(node: Node, by: readonly Node[]): void {
    for (const made of by) this.#made.add(made);
    this.#rewrite.replace(node, ...by);
  }

  #shape(id: ValueId): Shape {
    return this.#rewrite.type(id).shape;
  }

  /** A value of the tile's type in another shape. */
  #fresh({ name, outputs: [output] }: Node, shape: Shape): ValueId {
    return this.#rewrite.fresh(name, { ...this.#rewrite.type(output), shape });
  }

  #reshape(node: Node, from: ValueId, to: ValueId): Node {
    return nodeOf('reshape', node.name, { newShape: this.#shape(to) }, [from], [to]);
  }

  #oneAxis(node: NodeOf<'tile'>, axes: readonly number[]): readonly Node[] | undefined {
    const [input, output] = [node.inputs[0] as ValueId, node.outputs[0]];
    const [axis, ...others] = axes;
    if (others.length > 0) return undefined;
    const copies = node.attributes.multiples[axis];
    const shape = this.#shape(input);
    if (shape[axis] === 1) return this.#resize(node, elementCount(shape.slice(0, axis)), copies);
    if (copies > MOST_COPIES || shape.length > MOST_AXES) return undefined;
    const inputs = new Array<ValueId>(copies).fill(input);
    return [nodeOf('concatenation', node.name, { axis, activation: 'none' }, inputs, [output])];
  }

  /** The image whose pixels, or rows, of which there are `count`, are repeated one by one. */
  #resize(node: NodeOf<'tile'>, count: number, copies: number): readonly Node[] | undefined {
    const [output] = node.outputs;
    const { dtype, quant } = this.#rewrite.type(output);
    if (dtype !== 'float32' && dtype !== 'int8') return undefined;
    let source: ValueId | undefined = node.inputs[0] as ValueId;
    while (source !== undefined && sameQuant(this.#rewrite.type(source).quant, quant)) {
      const larger = this.#enlarged(this.#shape(source), count, copies, this.#shape(output));
      if (larger !== undefined) return this.#resizeTo(node, source, larger);
      const producer = this.#rewrite.producer(source);
      source = producer?.kind === 'reshape' ? (producer.inputs[0] as ValueId) : undefined;
    }
    return undefined;
  }

  /** The shape of the image with one edge so much longer, if `count` rows, or pixels, are what lies in front of it. */
  #enlarged(image: Shape, count: number, copies: number, wanted: Shape): Shape | undefined {
    if (image.length !== 4) return undefined;
    const longer = [1, 2]
      .filter((axis) => elementCount(image.slice(0, axis + 1)) === count)
      .map((axis) => image.with(axis, image[axis] * copies))
      .filter((shape) => Math.max(shape[1], shape[2]) <= LONGEST_EDGE);
    return longer.find((shape) => sameShape(shape, wanted)) ?? longer[0];
  }

  #resizeTo(node: NodeOf<'tile'>, source: ValueId, larger: Shape): readonly Node[] {
    const [output] = node.outputs;
    const before = this.#rewrite.producer(source);
    const twice = before?.kind === 'resize_nearest_neighbor' && this.#made.has(before);
    const from = twice ? (before.inputs[0] as ValueId) : source;
    const attributes = {
      size: [larger[1], larger[2]],
      alignCorners: false,
      halfPixelCenters: true,
    } satisfies AttributesOf<'resize_nearest_neighbor'>;
    const same = sameShape(larger, this.#shape(output));
    const resized = same ? output : this.#fresh(node, larger);
    const resize = nodeOf('resize_nearest_neighbor', node.name, attributes, [from], [resized]);
    return same ? [resize] : [resize, this.#reshape(node, resized, output)];
  }

  /** Elements that are repeated, in front of those that lie together; at most five axes of them. */
  #broadcast(node: NodeOf<'tile'>): readonly Node[] | undefined {
    const [input, output] = [node.inputs[0] as ValueId, node.outputs[0]];
    const { multiples } = node.attributes;
    const [from, to] = [this.#shape(input), this.#shape(output)];
    const direct = from.every((size, axis) => size === 1 || multiples[axis] === 1);
    const view = direct && to.length <= MOST_AXES ? { from, to } : repetitionView(from, multiples);
    if (view.to.length > MOST_AXES) return undefined;
    const narrow = sameShape(view.from, from) ? input : this.#fresh(node, view.from);
    const wide = sameShape(view.to, to) ? output : this.#fresh(node, view.to);
    return [
      ...(narrow === input ? [] : [this.#reshape(node, input, narrow)]),
      nodeOf('broadcast_to', node.name, { shape: view.to }, [narrow], [wide]),
      ...(wide === output ? [] : [this.#reshape(node, wide, output)]),
    ];
  }

  /** The first of the axes alone, and then the others. */
  #axisByAxis(node: NodeOf<'tile'>, [first]: readonly number[]): readonly Node[] {
    const { multiples } = node.attributes;
    const [input] = node.inputs as readonly [ValueId];
    const alone = multiples.map((multiple, axis) => (axis === first ? multiple : 1));
    const between = this.#fresh(
      node,
      this.#shape(input).map((size, axis) => size * alone[axis]),
    );
    return [
      nodeOf('tile', node.name, { multiples: alone }, [input], [between]),
      nodeOf('tile', node.name, { multiples: multiples.with(first, 1) }, [between], node.outputs),
    ];
  }
}

/** The fewest axes that tell what is repeated from what lies together. */
function repetitionView(shape: Shape, multiples: readonly number[]): { from: number[]; to: number[] } {
  const parts: { repeated: boolean; size: number }[] = [];
  const append = (repeated: boolean, size: number): void => {
    const last = parts.at(-1);
    if (size === 1) return;
    if (last?.repeated === repeated) last.size *= size;
    else parts.push({ repeated, size });
  };
  for (const [axis, size] of shape.entries()) {
    append(true, multiples[axis]);
    append(false, size);
  }
  return {
    from: parts.map(({ repeated, size }) => (repeated ? 1 : size)),
    to: parts.map(({ size }) => size),
  };
}

function lowerTiles(graph: Graph): Graph {
  const made = new Set<Node>();
  return rewriteNodes(graph, (rewrite, node) => {
    const lowering = new TileLowering(rewrite, made);
    if (node.kind === 'tile') return lowering.lower(node);
    return node.kind === 'reshape' && lowering.shorten(node);
  });
}

export const lowerTile: Pass = { name: 'lower-tile', run: lowerTiles };
