/** Units whose size is free: what a linear operator computes, and only one other, behind operators that keep a scale, reads. */

import type { Node } from '../../ir/graph.ts';
import type { Rewrite } from '../../ir/rewrite.ts';
import { type FusedActivation, floatClamp } from '../../ops/fused-activation.ts';
import { opOf } from '../../ops/index.ts';
import { type Linear, linearOf } from '../linear.ts';
import { channelCount } from '../scale-shift/scale-shift.ts';

export interface UnitPair {
  readonly first: Linear;
  readonly second: Linear;
  /** The unit of the first operator, a channel of its output, that weight `index` of the second one multiplies. */
  unitOf(index: number): number;
}

/** Whether f(scale · x) is scale · f(x) for a positive scale of each channel. RELU6 has a limit, which a scale would move. */
function keepsPositiveScale({ kind, attributes }: Node, rank: number): boolean {
  return opOf(kind).traits.crossing(attributes, rank).scale !== 'none';
}

/** Whether its limits, 0 and infinities alone, stay where they are when a positive scale passes. */
function isScaleFree(activation: FusedActivation): boolean {
  const { min, max } = floatClamp(activation);
  return [min, max].every((limit) => limit === 0 || !Number.isFinite(limit));
}

/** Whether new constants of the operator would not leave old ones in the graph for others. */
function ownsConstants(rewrite: Rewrite, { node }: Linear): boolean {
  const [, ...constants] = node.inputs;
  return constants.every((id) => id === undefined || rewrite.isReadOnce(id));
}

/** The pair whose second operator is `node`. */
export function unitPairOf(rewrite: Rewrite, node: Node | undefined): UnitPair | undefined {
  const second = linearOf(rewrite, node);
  if (second === undefined || !ownsConstants(rewrite, second)) return undefined;
  const sizes = [second.layout.inputs];
  for (let id = second.input; rewrite.isReadOnce(id); ) {
    const producer = rewrite.producer(id);
    const first = linearOf(rewrite, producer);
    if (first !== undefined) {
      const units = first.layout.outputs;
      // Several pixels in a row have the units over and over again.
      const isCarried = sizes.every((size) => size % units === 0);
      if (!isCarried || !isScaleFree(first.activation) || !ownsConstants(rewrite, first)) return undefined;
      return { first, second, unitOf: (index) => second.layout.inputOf(index) % units };
    }
    const source = producer?.inputs[0];
    if (producer === undefined || source === undefined) return undefined;
    if (!keepsPositiveScale(producer, rewrite.type(source).shape.length)) return undefined;
    sizes.push(channelCount(rewrite.type(id).shape));
    id = source;
  }
  return undefined;
}
