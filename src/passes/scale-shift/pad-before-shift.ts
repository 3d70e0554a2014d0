/**
 * Input scaling, one scale and shift for all channels, in front of a convolution that pads: padding puts zeros behind the
 * shift, which keeps it from being folded into the weights. Padded in front of the scaling, with the number that becomes
 * zero, the convolution pads no more, and what lies between is folded into it: one PADV2 in place of MUL and ADD.
 */

import type { Shape } from '../../core/tensor.ts';
import { nodeOf } from '../../ir/builder.ts';
import type { Node, ValueId } from '../../ir/graph.ts';
import { nodeWith, type Rewrite, rewriteNodes } from '../../ir/rewrite.ts';
import { paddingBefore, reachOf, requireImage, type Sliding } from '../../ops/window.ts';
import { linearOf, padsInput } from '../linear.ts';
import type { Pass } from '../pass.ts';
import { type ScaleShift, scaleShiftOf } from './scale-shift.ts';

/** Scales and shifts in a row that nothing else reads, from the last to the first. */
function chainBefore(rewrite: Rewrite, from: ValueId): readonly ScaleShift[] {
  const chain: ScaleShift[] = [];
  for (let id = from; rewrite.isReadOnce(id); ) {
    const step = scaleShiftOf(rewrite, rewrite.producer(id));
    if (step === undefined || step.activation !== 'none') break;
    chain.push(step);
    id = step.input;
  }
  return chain;
}

/** The number that the chain makes zero in every channel, if it is one and not zero itself. */
function becomesZero(chain: readonly ScaleShift[]): number | undefined {
  const [last] = chain;
  if (last === undefined) return undefined;
  const numbers = Array.from(last.shift, (_, channel) =>
    chain.reduce((value, { scale, shift }) => (value - shift[channel]) / scale[channel], 0),
  );
  const [number] = numbers;
  const isOne = Number.isFinite(number) && numbers.every((other) => other === number);
  return isOne && number !== 0 ? number : undefined;
}

/** Before and after, so that windows from the first element on make `outputs` of them. */
function amounts(sliding: Sliding, axis: 0 | 1, size: number, before: number, outputs: number) {
  const needed = (outputs - 1) * sliding.strides[axis] + reachOf(sliding, axis);
  return [before, Math.max(0, needed - size - before)] as const;
}

function padded(shape: Shape, paddings: readonly (readonly [number, number])[]): Shape {
  return shape.map((size, axis) => size + paddings[axis][0] + paddings[axis][1]);
}

export const padBeforeShift: Pass = {
  name: 'pad-before-shift',
  run: (graph) =>
    rewriteNodes(graph, (rewrite, node) => {
      if (node.kind !== 'conv_2d' && node.kind !== 'depthwise_conv_2d') return false;
      if (linearOf(rewrite, node) === undefined || !padsInput(node, (id) => rewrite.type(id))) return false;
      const [input, weights] = node.inputs as readonly [ValueId, ValueId];
      const chain = chainBefore(rewrite, input);
      const number = becomesZero(chain);
      const first = chain.at(-1);
      if (number === undefined || first === undefined) return false;

      const image = requireImage('the image', rewrite.type(input).shape);
      const [, height, width] = rewrite.type(weights).shape;
      const sliding: Sliding = { ...node.attributes, filter: [height, width] };
      const [top, left] = paddingBefore(sliding, image);
      const [, rows, columns] = rewrite.type(node.outputs[0]).shape;
      const paddings = [
        [0, 0],
        amounts(sliding, 0, image[1], top, rows),
        amounts(sliding, 1, image[2], left, columns),
        [0, 0],
      ] as const;
      const type = { ...rewrite.type(input), shape: padded(image, paddings) };
      const name = `${node.name}/padding`;
      const value = rewrite.constant(name, { dtype: 'float32', shape: [1] }, Float32Array.of(number));
      let id = rewrite.fresh(name, type);
      const nodes: Node[] = [nodeOf('padv2', name, { paddings }, [first.input, value], [id])];
      for (const step of chain.toReversed()) {
        const output = rewrite.fresh(step.node.name, type);
        const inputs = step.node.inputs.map((operand) => (operand === step.input ? id : operand));
        nodes.push(nodeWith(step.node, { inputs, outputs: [output] }));
        id = output;
      }
      const inputs = [id, ...node.inputs.slice(1)];
      rewrite.replace(node, ...nodes, nodeWith(node, { attributes: { padding: 'valid' }, inputs }));
      return true;
    }),
};
