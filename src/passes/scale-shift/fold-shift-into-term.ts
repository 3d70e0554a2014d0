/**
 * A shift of a sum becomes part of the bias of one of its terms: recurrent cells add what weights make of the input and of the
 * state, and their bias behind that.
 */

import { sameShape } from '../../core/tensor.ts';
import type { Node, ValueId } from '../../ir/graph.ts';
import { nodeWith, type Rewrite, rewriteNodes } from '../../ir/rewrite.ts';
import { type Linear, linearOf, withBias } from '../linear.ts';
import type { Pass } from '../pass.ts';
import { type ScaleShift, scaleShiftOf } from './scale-shift.ts';

/**
 * A linear operator that nothing else reads, and whose output is not broadcast. The last one: of recurrent cells that is what the
 * state gives, whose range a bias widens less than that of the input.
 */
function linearTerm(rewrite: Rewrite, operands: readonly ValueId[], sum: ValueId): Linear | undefined {
  const { shape } = rewrite.type(sum);
  const terms = operands.filter((id) => rewrite.isReadOnce(id) && sameShape(rewrite.type(id).shape, shape));
  return terms
    .map((id) => linearOf(rewrite, rewrite.producer(id)))
    .findLast((linear) => linear?.activation === 'none');
}

/** The constant that is the shift as it is: layers that share it, as the steps of a recurrent one do, keep sharing it. */
function sharedShift(rewrite: Rewrite, { node, shift }: ScaleShift): ValueId | undefined {
  return node.inputs.find((id): id is ValueId => {
    const data = rewrite.floats(id);
    return data?.length === shift.length && data.every((term, channel) => term === shift[channel]);
  });
}

function withShift(rewrite: Rewrite, linear: Linear, shifted: ScaleShift): Node | undefined {
  const shared = linear.bias === undefined ? sharedShift(rewrite, shifted) : undefined;
  if (shared !== undefined && rewrite.type(shared).shape.length === 1) {
    return nodeWith(linear.node, { inputs: [...linear.node.inputs.slice(0, 2), shared] });
  }
  const bias = Float32Array.from(shifted.shift, (term, channel) => (linear.bias?.[channel] ?? 0) + term);
  return withBias(rewrite, linear, bias);
}

export const foldShiftIntoTerm: Pass = {
  name: 'fold-shift-into-term',
  run: (graph) =>
    rewriteNodes(graph, (rewrite, node) => {
      const shifted = scaleShiftOf(rewrite, node);
      if (shifted === undefined || !rewrite.isReadOnce(shifted.input)) return false;
      if (!shifted.scale.every((factor) => factor === 1)) return false;
      const sum = rewrite.producer(shifted.input);
      if (sum?.kind !== 'add' || sum.attributes.activation !== 'none') return false;
      const linear = linearTerm(rewrite, sum.inputs as readonly ValueId[], shifted.input);
      const folded = linear && withShift(rewrite, linear, shifted);
      if (linear === undefined || folded === undefined) return false;
      rewrite.replace(linear.node, folded);
      const { activation } = shifted;
      rewrite.replace(node, nodeWith(sum, { attributes: { activation }, outputs: node.outputs }));
      rewrite.replace(sum);
      return true;
    }),
};
