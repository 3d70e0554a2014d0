/** Channels that can only be removed together, because operators carry each of them on by itself. */

import { INT32_MAX } from '../../core/fixed-point.ts';
import type { Shape } from '../../core/tensor.ts';
import { type Graph, getValue, type Node, type NodeOf, type ValueId } from '../../ir/graph.ts';
import { opOf } from '../../ops/index.ts';
import { channelLayout, isLinear, type LinearNode, padsInput } from '../linear.ts';
import { channelCount } from '../scale-shift/scale-shift.ts';
import { constantOf, type IntervalMap, isBounded, zeroOf } from './interval.ts';

/** Disjoint sets of channels; one that must stay keeps the whole set. */
export class ChannelGroups {
  readonly #graph: Graph;
  readonly #start = new Map<ValueId, number>();
  readonly #parent: Int32Array;
  readonly #blocked: Uint8Array;

  constructor(graph: Graph) {
    this.#graph = graph;
    let size = 0;
    for (const { id, type } of graph.values.values()) {
      this.#start.set(id, size);
      size += channelCount(type.shape);
    }
    this.#parent = new Int32Array(size);
    for (let slot = 0; slot < size; slot++) this.#parent[slot] = slot;
    this.#blocked = new Uint8Array(size);
  }

  channels(id: ValueId): number {
    return channelCount(getValue(this.#graph, id).type.shape);
  }

  #first(id: ValueId): number {
    return this.#start.get(id) as number;
  }

  #root(start: number): number {
    let slot = start;
    while (this.#parent[slot] !== slot) {
      this.#parent[slot] = this.#parent[this.#parent[slot]];
      slot = this.#parent[slot];
    }
    return slot;
  }

  link(a: ValueId, channelA: number, b: ValueId, channelB: number): void {
    const rootA = this.#root(this.#first(a) + channelA);
    const rootB = this.#root(this.#first(b) + channelB);
    this.#parent[rootA] = rootB;
    this.#blocked[rootB] |= this.#blocked[rootA];
  }

  block(id: ValueId, channel: number): void {
    this.#blocked[this.#root(this.#first(id) + channel)] = 1;
  }

  blockAll(id: ValueId): void {
    const first = this.#first(id);
    const end = first + this.channels(id);
    for (let slot = first; slot < end; slot++) this.#blocked[this.#root(slot)] = 1;
  }

  isBlocked(id: ValueId, channel: number): boolean {
    return this.#blocked[this.#root(this.#first(id) + channel)] === 1;
  }

  /** Whether all of a tensor's channels stay, as those of almost every one do. */
  isAllBlocked(id: ValueId): boolean {
    const first = this.#first(id);
    const end = first + this.channels(id);
    for (let slot = first; slot < end; slot++) if (this.#blocked[this.#root(slot)] === 0) return false;
    return true;
  }

  /** The same number for all channels of a set, until sets are linked. */
  setOf(id: ValueId, channel: number): number {
    return this.#root(this.#first(id) + channel);
  }
}

function blockNode(groups: ChannelGroups, node: Node): void {
  for (const id of [...node.inputs, ...node.outputs]) if (id !== undefined) groups.blockAll(id);
}

/** Channel c of one is channel c mod the other's number of the other, if it divides; a reshape keeps that. */
function linkModulo(groups: ChannelGroups, a: ValueId, b: ValueId): void {
  const [many, few] = groups.channels(a) >= groups.channels(b) ? [a, b] : [b, a];
  const [every, count] = [groups.channels(many), groups.channels(few)];
  if (every % count !== 0) for (const id of [a, b]) groups.blockAll(id);
  else for (let channel = 0; channel < every; channel++) groups.link(many, channel, few, channel % count);
}

function linkConcatenation(graph: Graph, groups: ChannelGroups, node: NodeOf<'concatenation'>): void {
  const [output] = node.outputs;
  const rank = getValue(graph, output).type.shape.length;
  const alongChannels = node.attributes.axis === rank - 1 || node.attributes.axis === -1;
  let start = 0;
  for (const id of node.inputs as readonly ValueId[]) {
    const count = groups.channels(id);
    for (let channel = 0; channel < count; channel++) groups.link(id, channel, output, start + channel);
    if (alongChannels) start += count;
  }
}

/** What each channel adds to a sum per unit of weight, as a constant; NaN where it is none, or padding makes it none. */
function constantOffsets(graph: Graph, node: LinearNode, known: IntervalMap, channels: number): Float64Array {
  const [input] = node.inputs as readonly [ValueId];
  const pads = padsInput(node, (id) => getValue(graph, id).type);
  const zero = zeroOf(getValue(graph, input).type);
  const intervals = known.get(input);
  const offsets = new Float64Array(channels).fill(Number.NaN);
  for (let channel = 0; channel < channels; channel++) {
    const constant = constantOf(intervals, channel);
    if (constant !== undefined && (constant === zero || !pads)) offsets[channel] = constant - zero;
  }
  return offsets;
}

/** What a bias holds: a float32, or an int32 of steps. */
const LARGEST_FLOAT = 3.4e38;

/** Which channels of its input a convolution or fully connected layer cannot do without. */
function blockNeeded(graph: Graph, groups: ChannelGroups, node: LinearNode, known: IntervalMap): void {
  const [inputId, weightsId, biasId] = node.inputs as readonly [ValueId, ValueId, ValueId | undefined];
  const { type } = getValue(graph, inputId);
  const weights = getValue(graph, weightsId);
  const data = weights.data as Float32Array;
  const layout = channelLayout(node, type.shape, weights.type.shape);
  const channels = groups.channels(inputId);
  const offsets = constantOffsets(graph, node, known, channels);
  const bias = biasId === undefined ? undefined : (getValue(graph, biasId).data as Float32Array);
  const reach = Float64Array.from({ length: layout.outputs }, (_, output) => Math.abs(bias?.[output] ?? 0));
  const needed = new Uint8Array(channels);
  let undecided = channels;
  layout.forEachRun((first, end, output, input) => {
    // Almost always none is constant, and a few runs need each of them.
    if (undecided === 0) return;
    for (let i = first, channel = input % channels; i < end; i++) {
      const offset = offsets[channel];
      if (data[i] === 0) {
        // Nothing of the channel gets through.
      } else if (!Number.isNaN(offset)) reach[output] += Math.abs(data[i] * offset);
      else if (needed[channel] === 0) {
        needed[channel] = 1;
        undecided--;
      }
      if (++channel === channels) channel = 0;
    }
  });
  for (let channel = 0; channel < channels; channel++)
    if (needed[channel] === 1) groups.block(inputId, channel);
  // The constants go into the bias, which has to hold them.
  const most = type.dtype === 'int8' ? INT32_MAX : LARGEST_FLOAT;
  if (!reach.every((sum) => sum <= most)) groups.blockAll(inputId);
}

function linkDepthwise(groups: ChannelGroups, node: NodeOf<'depthwise_conv_2d'>): void {
  const [input] = node.inputs as readonly [ValueId];
  const [output] = node.outputs;
  const count = groups.channels(output);
  for (let channel = 0; channel < count; channel++) {
    groups.link(input, Math.floor(channel / node.attributes.depthMultiplier), output, channel);
  }
}

function linkLinear(
  graph: Graph,
  groups: ChannelGroups,
  node: LinearNode,
  known: IntervalMap | undefined,
): void {
  const [input, weightsId, biasId] = node.inputs as readonly [ValueId, ValueId, ValueId | undefined];
  const constants = [weightsId, biasId].filter((id) => id !== undefined);
  // What is sliced here must not be sliced as an operand elsewhere.
  for (const id of constants) groups.blockAll(id);
  const shape = (id: ValueId): Shape => getValue(graph, id).type.shape;
  const isKnown = constants.every((id) => getValue(graph, id).data !== undefined);
  if (!isKnown || !isBounded(getValue(graph, input).type)) blockNode(groups, node);
  else if (node.kind === 'depthwise_conv_2d') linkDepthwise(groups, node);
  else {
    const layout = channelLayout(node, shape(input), shape(weightsId));
    if (layout.groups > 1) blockNode(groups, node);
    else if (layout.inputs % groups.channels(input) !== 0) groups.blockAll(input);
    else if (known !== undefined) blockNeeded(graph, groups, node, known);
  }
}

function carriesChannels(graph: Graph, node: Node): boolean {
  const [input, output] = [node.inputs[0] as ValueId, node.outputs[0]].map(
    (id) => getValue(graph, id).type.shape,
  );
  return opOf(node.kind).traits.carriesChannels(node.attributes, input, output);
}

function linkNode(graph: Graph, groups: ChannelGroups, node: Node, known: IntervalMap | undefined): void {
  const [output] = node.outputs;
  if (isLinear(node)) linkLinear(graph, groups, node, known);
  else if (node.kind === 'concatenation') linkConcatenation(graph, groups, node);
  else if (opOf(node.kind).traits.broadcasts) {
    for (const id of node.inputs as readonly ValueId[]) {
      if (groups.channels(id) === groups.channels(output)) linkModulo(groups, id, output);
      else groups.blockAll(id);
    }
  } else if (carriesChannels(graph, node)) linkModulo(groups, node.inputs[0] as ValueId, output);
  else blockNode(groups, node);
}

/** Without `known` as if whoever reads a channel could do without it, whatever its values. */
export function channelGroups(graph: Graph, known?: IntervalMap): ChannelGroups {
  const groups = new ChannelGroups(graph);
  for (const id of [...graph.inputs, ...graph.outputs]) groups.blockAll(id);
  for (const node of graph.nodes) linkNode(graph, groups, node, known);
  return groups;
}
