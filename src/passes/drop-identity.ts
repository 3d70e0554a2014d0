/** Operators that return their input as it is. */

import type { Node, ValueId } from '../ir/graph.ts';
import { type Rewrite, rewriteNodes } from '../ir/rewrite.ts';
import type { Pass } from './pass.ts';
import { scaleShiftOf } from './scale-shift.ts';

/** The value that the node only passes on. */
function passedOn(rewrite: Rewrite, node: Node): ValueId | undefined {
  const scaleShift = scaleShiftOf(rewrite, node);
  if (scaleShift === undefined || scaleShift.activation !== 'none') return undefined;
  const { input, scale, shift } = scaleShift;
  return scale.every((factor) => factor === 1) && shift.every((term) => term === 0) ? input : undefined;
}

export const dropIdentity: Pass = {
  name: 'drop-identity',
  run: (graph) =>
    rewriteNodes(graph, (rewrite, node) => {
      const value = passedOn(rewrite, node);
      return value !== undefined && rewrite.bypass(node, value);
    }),
};
