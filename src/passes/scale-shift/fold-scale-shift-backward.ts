/**
 * A scale and shift after a linear operator becomes part of its weights and bias: batch normalization behind a
 * layer without activation.
 */

import { nodeWith, rewriteNodes } from '../../ir/rewrite.ts';
import { linearOf, withConstants } from '../linear.ts';
import type { Pass } from '../pass.ts';
import { scaleShiftOf } from './scale-shift.ts';

export const foldScaleShiftBackward: Pass = {
  name: 'fold-scale-shift-backward',
  run: (graph) =>
    rewriteNodes(graph, (rewrite, node) => {
      const scaleShift = scaleShiftOf(rewrite, node);
      if (scaleShift === undefined || !rewrite.isReadOnce(scaleShift.input)) return false;
      const linear = linearOf(rewrite, rewrite.producer(scaleShift.input));
      if (linear === undefined || linear.activation !== 'none') return false;

      const { scale, shift, activation } = scaleShift;
      const weights = new Float32Array(linear.weights.length);
      linear.layout.forEachRun((first, end, output) => {
        for (let i = first; i < end; i++) weights[i] = linear.weights[i] * scale[output];
      });
      const bias = Float32Array.from(
        scale,
        (factor, channel) => factor * (linear.bias?.[channel] ?? 0) + shift[channel],
      );
      const folded = withConstants(rewrite, linear, weights, bias, scaleShift.constant);
      if (folded === undefined) return false;
      rewrite.replace(node, nodeWith(folded, { attributes: { activation }, outputs: node.outputs }));
      rewrite.replace(linear.node);
      return true;
    }),
};
