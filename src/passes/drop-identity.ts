/** Operators that return their input as it is. */

import type { Shape } from '../core/tensor.ts';
import type { Node, ValueId } from '../ir/graph.ts';
import { type Rewrite, rewriteNodes } from '../ir/rewrite.ts';
import { opOf } from '../ops/index.ts';
import type { Pass } from './pass.ts';
import { type ScaleShift, scaleShiftOf } from './scale-shift/scale-shift.ts';

/** A product with 1, a sum with 0: their input. */
function unscaled({ input, scale, shift, activation }: ScaleShift): ValueId | undefined {
  const same = scale.every((factor) => factor === 1) && shift.every((term) => term === 0);
  return same && activation === 'none' ? input : undefined;
}

function isIdentity(rewrite: Rewrite, node: Node): boolean {
  const shapeOf = (id: ValueId): Shape => rewrite.type(id).shape;
  const inputs = node.inputs.filter((id) => id !== undefined).map(shapeOf);
  return opOf(node.kind).traits.isIdentity(node.attributes, inputs, shapeOf(node.outputs[0]));
}

/** The value that the node only passes on. */
function passedOn(rewrite: Rewrite, node: Node): ValueId | undefined {
  const scaleShift = scaleShiftOf(rewrite, node);
  if (scaleShift !== undefined) return unscaled(scaleShift);
  return isIdentity(rewrite, node) ? node.inputs[0] : undefined;
}

export const dropIdentity: Pass = {
  name: 'drop-identity',
  run: (graph) =>
    rewriteNodes(graph, (rewrite, node) => {
      const value = passedOn(rewrite, node);
      return value !== undefined && rewrite.bypass(node, value);
    }),
};
