/** Operators that return their input as it is. */

import type { Node, ValueId } from '../ir/graph.ts';
import { type Rewrite, rewriteNodes } from '../ir/rewrite.ts';
import type { Pass } from './pass.ts';
import { type ScaleShift, scaleShiftOf } from './scale-shift.ts';

/** A product with 1, a sum with 0: their input. */
function unscaled({ input, scale, shift, activation }: ScaleShift): ValueId | undefined {
  const same = scale.every((factor) => factor === 1) && shift.every((term) => term === 0);
  return same && activation === 'none' ? input : undefined;
}

function isIdentity(node: Node): boolean {
  switch (node.kind) {
    case 'average_pool_2d':
    case 'max_pool_2d': {
      const { filter, strides, activation } = node.attributes;
      return [...filter, ...strides].every((size) => size === 1) && activation === 'none';
    }
    case 'concatenation':
      return node.inputs.length === 1;
    case 'pad':
      return node.attributes.paddings.flat().every((amount) => amount === 0);
    case 'transpose':
      return node.attributes.permutation.every((from, axis) => from === axis);
    default:
      return false;
  }
}

/** The value that the node only passes on. */
function passedOn(rewrite: Rewrite, node: Node): ValueId | undefined {
  const scaleShift = scaleShiftOf(rewrite, node);
  if (scaleShift !== undefined) return unscaled(scaleShift);
  return isIdentity(node) ? node.inputs[0] : undefined;
}

export const dropIdentity: Pass = {
  name: 'drop-identity',
  run: (graph) =>
    rewriteNodes(graph, (rewrite, node) => {
      const value = passedOn(rewrite, node);
      return value !== undefined && rewrite.bypass(node, value);
    }),
};
