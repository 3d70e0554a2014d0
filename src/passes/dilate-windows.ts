/**
 * SPACE_TO_BATCH_ND, a convolution, BATCH_TO_SPACE_ND: the way in which TensorFlow writes a convolution with dilations, which
 * becomes that one operator (Yu and Koltun 2016; `with_space_to_batch` of tf.nn.convolution). What stands between them, a bias or
 * an activation, follows it.
 */

import { type Shape, sameShape } from '../core/tensor.ts';
import { nodeOf } from '../ir/builder.ts';
import type { Node, NodeOf, ValueId } from '../ir/graph.ts';
import { nodeWith, type Rewrite, rewriteNodes } from '../ir/rewrite.ts';
import { opOf } from '../ops/index.ts';
import type { Pass } from './pass.ts';
import { channelCount, scaleShiftOf } from './scale-shift/scale-shift.ts';

type Window = NodeOf<'conv_2d'> | NodeOf<'depthwise_conv_2d'>;

type Edges = readonly (readonly [before: number, behind: number])[];

/** One step behind the convolution that does to every pixel the same. */
interface Step {
  readonly node: Node;
  readonly input: ValueId;
}

interface Blocks {
  readonly window: Window;
  /** What is cut into blocks, [batch, height, width, channels] or [batch, length, channels], without its padding. */
  readonly source: ValueId;
  /** Zeros around it, for each axis between batch and channels, less what is cropped behind the convolution. */
  readonly edges: Edges;
  readonly sizes: readonly number[];
  /** From the convolution on. */
  readonly steps: readonly Step[];
}

function isReshape({ kind }: Node): boolean {
  return kind === 'reshape' || kind === 'expand_dims' || kind === 'squeeze';
}

/** The operand of which the node makes every element from the same element, with numbers for each channel at most. */
function passedThrough(rewrite: Rewrite, node: Node): ValueId | undefined {
  if (rewrite.type(node.outputs[0]).dtype !== 'float32') return undefined;
  if (opOf(node.kind).traits.elementwise) return node.inputs[0];
  return scaleShiftOf(rewrite, node)?.input;
}

/** Whether a change of shape leaves the blocks in the batch, and the channels where they are. */
function keepsEnds(rewrite: Rewrite, node: Node): boolean {
  const [from, to] = [rewrite.type(node.inputs[0] as ValueId).shape, rewrite.type(node.outputs[0]).shape];
  return from[0] === to[0] && channelCount(from) === channelCount(to);
}

interface Chain {
  readonly window: Window;
  readonly steps: readonly Step[];
}

/** From a BATCH_TO_SPACE_ND up to a convolution of single steps without padding, all of it read once. */
function chainTo(rewrite: Rewrite, from: ValueId): Chain | undefined {
  const steps: Step[] = [];
  for (let id = from; ; ) {
    const node = rewrite.isReadOnce(id) ? rewrite.producer(id) : undefined;
    if (node === undefined) return undefined;
    if (node.kind === 'conv_2d' || node.kind === 'depthwise_conv_2d') {
      const { padding, strides, dilations } = node.attributes;
      const single = [...strides, ...dilations].every((number) => number === 1);
      return single && padding === 'valid' ? { window: node, steps: steps.reverse() } : undefined;
    }
    if (isReshape(node)) {
      if (!keepsEnds(rewrite, node)) return undefined;
      id = node.inputs[0] as ValueId;
      continue;
    }
    const input = passedThrough(rewrite, node);
    if (input === undefined) return undefined;
    steps.push({ node, input });
    id = input;
  }
}

/** What is cut into the blocks that the convolution reads. */
function blocksBefore(rewrite: Rewrite, window: Window): NodeOf<'space_to_batch_nd'> | undefined {
  for (let id = window.inputs[0] as ValueId; ; ) {
    const node = rewrite.isReadOnce(id) ? rewrite.producer(id) : undefined;
    if (node?.kind === 'space_to_batch_nd') return node;
    if (node === undefined || !isReshape(node) || !keepsEnds(rewrite, node)) return undefined;
    id = node.inputs[0] as ValueId;
  }
}

/** Zeros in front of the blocks: their own, and those of a PAD that nothing else reads. */
function paddedSource(
  rewrite: Rewrite,
  blocks: NodeOf<'space_to_batch_nd'>,
): { readonly source: ValueId; readonly edges: Edges } {
  const [id] = blocks.inputs as readonly [ValueId];
  const own = blocks.attributes.paddings;
  const pad = rewrite.isReadOnce(id) ? rewrite.producer(id) : undefined;
  if (pad?.kind !== 'pad') return { source: id, edges: own };
  const around = pad.attributes.paddings;
  const ends = [around[0], around[around.length - 1]];
  if (ends.flat().some((amount) => amount !== 0)) return { source: id, edges: own };
  const edges = own.map(([before, behind], axis) => {
    const [more, less] = around[axis + 1];
    return [before + more, behind + less] as const;
  });
  return { source: pad.inputs[0] as ValueId, edges };
}

/** Undefined where the way is another, or where more is cropped than was put around. */
function blocksOf(rewrite: Rewrite, node: NodeOf<'batch_to_space_nd'>): Blocks | undefined {
  const chain = chainTo(rewrite, node.inputs[0] as ValueId);
  const blocks = chain && blocksBefore(rewrite, chain.window);
  if (chain === undefined || blocks === undefined) return undefined;
  const { blockShape: sizes, crops } = node.attributes;
  if (!sameShape(blocks.attributes.blockShape, sizes)) return undefined;
  const { source, edges: whole } = paddedSource(rewrite, blocks);
  const edges = whole.map(([before, behind], axis) => {
    const [first, last] = crops[axis];
    return [before - first, behind - last] as const;
  });
  if (edges.flat().some((amount) => amount < 0)) return undefined;
  return { ...chain, source, edges, sizes };
}

/** Whether the one axis of a series is the rows of the image that the convolution reads, or its columns. */
function seriesAxis(rewrite: Rewrite, { inputs: [image] }: Window): 0 | 1 {
  return rewrite.type(image as ValueId).shape[1] === 1 ? 1 : 0;
}

/** Height and width of something that has one number for each axis of the source. */
function onImage<T>(numbers: readonly T[], axis: 0 | 1, otherwise: T): readonly [T, T] {
  if (numbers.length === 2) return [numbers[0], numbers[1]];
  return axis === 0 ? [numbers[0], otherwise] : [otherwise, numbers[0]];
}

/** Nodes one behind the other; each of them makes a value of float32. */
class Row {
  readonly nodes: Node[] = [];
  readonly #rewrite: Rewrite;
  id: ValueId;
  shape: Shape;

  constructor(rewrite: Rewrite, id: ValueId) {
    this.#rewrite = rewrite;
    this.id = id;
    this.shape = rewrite.type(id).shape;
  }

  add(name: string, shape: Shape, make: (input: ValueId, output: ValueId) => Node): void {
    const output = this.#rewrite.fresh(name, { dtype: 'float32', shape });
    this.nodes.push(make(this.id, output));
    this.id = output;
    this.shape = shape;
  }

  reshape(name: string, newShape: Shape): void {
    if (sameShape(this.shape, newShape)) return;
    this.add(name, newShape, (input, output) => nodeOf('reshape', name, { newShape }, [input], [output]));
  }
}

/** The same with dilations; the last node makes the output of `node`. */
function dilated(rewrite: Rewrite, node: NodeOf<'batch_to_space_nd'>, blocks: Blocks): readonly Node[] {
  const { window, source, edges, sizes, steps } = blocks;
  const axis = seriesAxis(rewrite, window);
  const row = new Row(rewrite, source);
  const [output] = node.outputs;
  const { shape: end } = rewrite.type(output);
  const image = (shape: Shape): Shape => [
    shape[0],
    ...onImage(shape.slice(1, -1), axis, 1),
    channelCount(shape),
  ];
  row.reshape(`${window.name}/image`, image(row.shape));
  const around = onImage(edges, axis, [0, 0]);
  if (around.flat().some((amount) => amount > 0)) {
    const paddings = [[0, 0] as const, ...around, [0, 0] as const];
    const padded = row.shape.map((size, at) => paddings[at][0] + size + paddings[at][1]);
    const name = `${window.name}/padded`;
    row.add(name, padded, (input, made) => nodeOf('pad', name, { paddings }, [input], [made]));
  }
  const channels = channelCount(rewrite.type(window.outputs[0]).shape);
  const convolved = image([...end.slice(0, -1), channels]);
  row.add(window.name, convolved, (input, made) =>
    nodeWith(window, {
      attributes: { dilations: onImage(sizes, axis, 1) },
      inputs: [input, ...window.inputs.slice(1)],
      outputs: [made],
    }),
  );
  for (const step of steps) {
    row.add(step.node.name, row.shape, (input, made) =>
      nodeWith(step.node, {
        inputs: step.node.inputs.map((id) => (id === step.input ? input : id)),
        outputs: [made],
      }),
    );
  }
  row.reshape(node.name, end);
  const last = row.nodes[row.nodes.length - 1];
  return [...row.nodes.slice(0, -1), nodeWith(last, { outputs: [output] })];
}

export const dilateWindows: Pass = {
  name: 'dilate-windows',
  run: (graph) =>
    rewriteNodes(graph, (rewrite, node) => {
      if (node.kind !== 'batch_to_space_nd') return false;
      const blocks = blocksOf(rewrite, node);
      if (blocks === undefined) return false;
      rewrite.replace(node, ...dilated(rewrite, node, blocks));
      return true;
    }),
};
