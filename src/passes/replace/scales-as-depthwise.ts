/**
 * A factor of its own for each channel as a depthwise convolution of one pixel, in float32 graphs that will be int8: a batch
 * normalization that nothing linear stands beside. As MUL all factors have one scale, and the largest rounds the others
 * away; as weights each has its own, an ADD behind it becomes the bias, in int32, and one rounding is left of two.
 */

import { elementCount } from '../../core/tensor.ts';
import { nodeOf } from '../../ir/builder.ts';
import type { Graph, Node } from '../../ir/graph.ts';
import { type Rewrite, rewriteNodes } from '../../ir/rewrite.ts';
import type { Pass } from '../pass.ts';
import { leavesForPadding } from '../quantize/pad-inputs.ts';
import { type ScaleShift, scaleShiftOf } from '../scale-shift/scale-shift.ts';

/** A scale and shift, with the one in front of it where nothing else reads that. */
function merged(rewrite: Rewrite, last: ScaleShift): ScaleShift {
  const producer = rewrite.isReadOnce(last.input) ? rewrite.producer(last.input) : undefined;
  const first = scaleShiftOf(rewrite, producer);
  if (first === undefined || first.activation !== 'none') return last;
  return {
    ...last,
    input: first.input,
    scale: first.scale.map((factor, channel) => factor * last.scale[channel]),
    shift: first.shift.map((term, channel) => term * last.scale[channel] + last.shift[channel]),
  };
}

/** Whether a scale and shift behind it takes it in. */
function isTakenIn(rewrite: Rewrite, { output, activation }: ScaleShift): boolean {
  const [reader] = rewrite.consumers(output);
  return activation === 'none' && rewrite.isReadOnce(output) && scaleShiftOf(rewrite, reader) !== undefined;
}

function convolve(rewrite: Rewrite, { node, input, output, scale, shift, activation }: ScaleShift): boolean {
  const channels = scale.length;
  const type = rewrite.type(output);
  const image = type.shape.length === 4 ? type.shape : [1, 1, elementCount(type.shape) / channels, channels];
  const weights = Float32Array.from(scale);
  const bias = Float32Array.from(shift);
  if (![...weights, ...bias].every(Number.isFinite)) return false;
  const { name } = node;
  const isImage = image === type.shape;
  const from = isImage ? input : rewrite.fresh(name, { ...type, shape: image });
  const to = isImage ? output : rewrite.fresh(name, { ...type, shape: image });
  const nodes: Node[] = [
    nodeOf(
      'depthwise_conv_2d',
      name,
      { padding: 'valid', strides: [1, 1], dilations: [1, 1], depthMultiplier: 1, activation },
      [
        from,
        rewrite.constant(`${name}/scale`, { dtype: 'float32', shape: [1, 1, 1, channels] }, weights),
        rewrite.constant(`${name}/shift`, { dtype: 'float32', shape: [channels] }, bias),
      ],
      [to],
    ),
  ];
  if (!isImage) {
    nodes.unshift(nodeOf('reshape', name, { newShape: image }, [input], [from]));
    nodes.push(nodeOf('reshape', name, { newShape: type.shape }, [to], [output]));
  }
  rewrite.replace(node, ...nodes);
  return true;
}

function rewriteScales(graph: Graph): Graph {
  const padded = leavesForPadding(graph);
  return rewriteNodes(graph, (rewrite, node) => {
    if (padded.has(node)) return false;
    const last = scaleShiftOf(rewrite, node);
    if (last === undefined || isTakenIn(rewrite, last)) return false;
    const scaleShift = merged(rewrite, last);
    const [factor] = scaleShift.scale;
    return scaleShift.scale.some((other) => other !== factor) && convolve(rewrite, scaleShift);
  });
}

/** For float32 graphs that will be int8. */
export const scalesAsDepthwise: Pass = { name: 'scales-as-depthwise', run: rewriteScales };
