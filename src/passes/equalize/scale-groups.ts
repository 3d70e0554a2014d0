/**
 * Channels whose scale is free, and which of them are scaled together: a positive factor of a channel passes through RELU,
 * pooling, PAD, ADD, CONCATENATION and RESHAPE, and ends in the constants of what makes the channel and of everything that
 * reads it. All other channels, inputs and outputs among them, have the factor 1. RELU6 lets factors through that keep what
 * a channel reaches below its end.
 */

import type { Node, NodeOf, ValueId } from '../../ir/graph.ts';
import type { Rewrite } from '../../ir/rewrite.ts';
import { type FusedActivation, floatClamp } from '../../ops/fused-activation.ts';
import { opOf } from '../../ops/index.ts';
import { activationOf } from '../activation-of.ts';
import { type Linear, linearOf } from '../linear.ts';
import { channelCount, type ScaleShift, scaleShiftOf } from '../scale-shift/scale-shift.ts';

/** Whether its limits, 0 and infinities alone, stay where they are when a positive scale passes. */
function isScaleFree(activation: FusedActivation): boolean {
  const { min, max } = floatClamp(activation);
  return [min, max].every((limit) => limit === 0 || !Number.isFinite(limit));
}

/** A product with one number for each channel: the numbers take what either side is scaled by. */
export interface ChannelProduct extends ScaleShift {
  readonly constant: ValueId;
}

/** A node whose constants take factors. */
export type Absorber =
  | { readonly how: 'weights'; readonly linear: Linear }
  | { readonly how: 'product'; readonly product: ChannelProduct }
  /** Numbers that are added are scaled as the channels are. */
  | { readonly how: 'sum'; readonly node: Node; readonly constant: ValueId; readonly output: ValueId };

export class ScaleGroups {
  readonly #rewrite: Rewrite;
  readonly #start = new Map<ValueId, number>();
  readonly #parent: Int32Array;
  readonly #isFixed: Uint8Array;
  /** Values that an activation ends at a number beyond zero: a factor moves the end. */
  readonly #ends = new Map<ValueId, number>();
  readonly absorbers: readonly Absorber[];

  constructor(rewrite: Rewrite) {
    this.#rewrite = rewrite;
    let size = 0;
    const activations = new Set([...rewrite.inputs, ...rewrite.nodes.flatMap(({ outputs }) => outputs)]);
    for (const id of activations) {
      this.#start.set(id, size);
      size += channelCount(rewrite.type(id).shape);
    }
    this.#parent = Int32Array.from({ length: size }, (_, slot) => slot);
    this.#isFixed = new Uint8Array(size);
    for (const id of [...rewrite.inputs, ...rewrite.outputs]) this.#fix(id);
    this.absorbers = rewrite.nodes.flatMap((node) => this.#join(node) ?? []);
  }

  /** Values that have channels here. */
  get activations(): IterableIterator<ValueId> {
    return this.#start.keys();
  }

  channels(id: ValueId): number {
    return channelCount(this.#rewrite.type(id).shape);
  }

  /** The group of a channel, a number below the number of all channels; undefined for one of the factor 1. */
  groupOf(id: ValueId, channel: number): number | undefined {
    const root = this.#root((this.#start.get(id) as number) + channel);
    return this.#isFixed[root] === 1 ? undefined : root;
  }

  /** Where an activation ends the values, beyond zero; undefined for one that does not, or ends them elsewhere. */
  endOf(id: ValueId): number | undefined {
    return this.#ends.get(id);
  }

  #root(of: number): number {
    let slot = of;
    while (this.#parent[slot] !== slot) {
      this.#parent[slot] = this.#parent[this.#parent[slot]];
      slot = this.#parent[slot];
    }
    return slot;
  }

  #link(a: ValueId, channelA: number, b: ValueId, channelB: number): void {
    const first = this.#root((this.#start.get(a) as number) + channelA);
    const second = this.#root((this.#start.get(b) as number) + channelB);
    this.#parent[first] = second;
    this.#isFixed[second] |= this.#isFixed[first];
  }

  #fix(id: ValueId): void {
    const start = this.#start.get(id);
    if (start === undefined) return;
    for (let channel = 0; channel < this.channels(id); channel++)
      this.#isFixed[this.#root(start + channel)] = 1;
  }

  /** Channel c of the one with more is channel c modulo the number of the other: several pixels in a row, as RESHAPE makes them. */
  #linkAll(a: ValueId, b: ValueId): void {
    const [many, few] = this.channels(a) >= this.channels(b) ? [a, b] : [b, a];
    const count = this.channels(few);
    if (this.channels(many) % count !== 0) for (const id of [a, b]) this.#fix(id);
    else
      for (let channel = 0; channel < this.channels(many); channel++)
        this.#link(many, channel, few, channel % count);
  }

  #fixNode({ inputs, outputs }: Node): void {
    for (const id of [...inputs, ...outputs]) if (id !== undefined) this.#fix(id);
  }

  #join(node: Node): Absorber | undefined {
    const [output] = node.outputs;
    const linear = linearOf(this.#rewrite, node);
    if (linear !== undefined && this.#ownsConstants(node)) return this.#joinLinear(linear);
    const scaled = linear === undefined ? scaleShiftOf(this.#rewrite, node) : undefined;
    if (scaled !== undefined) return this.#joinScaleShift(scaled);
    const isFree = isScaleFree(activationOf(node) ?? 'none');
    const activations = node.inputs.filter((id) => id !== undefined && this.#start.has(id)) as ValueId[];
    if (node.kind === 'concatenation' && activations.length === node.inputs.length)
      this.#joinParts(node, activations);
    else if ((node.kind === 'add' || node.kind === 'sub') && isFree && activations.length === 2) {
      for (const id of activations) {
        if (this.channels(id) === this.channels(output)) this.#linkAll(id, output);
        else this.#fixNode(node);
      }
    } else if (this.#crosses(node)) this.#linkAll(node.inputs[0] as ValueId, output);
    else this.#fixNode(node);
    return undefined;
  }

  #crosses(node: Node): boolean {
    const [input] = node.inputs;
    if (input === undefined || node.outputs.length !== 1 || !this.#start.has(input)) return false;
    const { shape } = this.#rewrite.type(input);
    return opOf(node.kind).traits.crossing(node.attributes, shape.length).scale !== 'none';
  }

  /** Whether new constants of the node would not leave old ones in the graph for others. */
  #ownsConstants({ inputs }: Node): boolean {
    return inputs.every((id) => id === undefined || this.#start.has(id) || this.#rewrite.isReadOnce(id));
  }

  #joinLinear(linear: Linear): Absorber | undefined {
    const { input, output, activation, layout } = linear;
    if (!isScaleFree(activation)) {
      const { min, max } = floatClamp(activation);
      if (min === 0 && max > 0) this.#ends.set(output, max);
      else this.#fix(output);
    }
    if (layout.inputs % this.channels(input) !== 0) this.#fix(input);
    return { how: 'weights', linear };
  }

  #joinScaleShift(scaled: ScaleShift): Absorber | undefined {
    const { node, input, output, activation } = scaled;
    const constant = node.inputs.find((id) => id !== input) as ValueId;
    const hasNumberForEach = channelCount(this.#rewrite.type(constant).shape) === this.channels(output);
    if (!isScaleFree(activation) || !hasNumberForEach || !this.#rewrite.isReadOnce(constant)) {
      this.#fixNode(node);
      return undefined;
    }
    if (node.kind === 'mul') return { how: 'product', product: { ...scaled, constant } };
    if (node.kind !== 'add' && node.kind !== 'sub') {
      this.#fixNode(node);
      return undefined;
    }
    this.#linkAll(input, output);
    return { how: 'sum', node, constant, output };
  }

  #joinParts(node: NodeOf<'concatenation'>, parts: readonly ValueId[]): void {
    const [output] = node.outputs;
    const { axis } = node.attributes;
    const rank = this.#rewrite.type(output).shape.length;
    const alongChannels = axis === rank - 1 || axis === -1;
    let start = 0;
    for (const id of parts) {
      for (let channel = 0; channel < this.channels(id); channel++)
        this.#link(id, channel, output, start + channel);
      if (alongChannels) start += this.channels(id);
    }
  }
}
