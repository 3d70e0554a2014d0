/** What the weights of a unit are multiplied with, position by position: the inputs of linear operators as rows. */

import { elementCount, type TensorType } from '../../../core/tensor.ts';
import { windowOf } from '../../../ops/window.ts';
import { channelLayout, type LinearNode } from '../../linear.ts';

export interface InputRows {
  /** Numbers in a row: weights of a unit. */
  readonly size: number;
  /** Of one record. */
  readonly positions: number;
  /** Units of a group read the same rows. */
  readonly groups: number;
  /** Where the first weight of a unit lies, and how far apart its weights are. */
  firstOf(unit: number): number;
  readonly step: number;
  groupOf(unit: number): number;
  /** The row of a position, less the zero point, which stands for padding too. */
  read(data: ArrayLike<number>, zeroPoint: number, position: number, group: number, into: Float64Array): void;
}

function denseRows(weights: TensorType, output: TensorType): InputRows {
  const [units, size] = weights.shape;
  return {
    size,
    positions: elementCount(output.shape) / units,
    groups: 1,
    firstOf: (unit) => unit * size,
    step: 1,
    groupOf: () => 0,
    read(data, zeroPoint, position, _, into) {
      const start = position * size;
      for (let i = 0; i < size; i++) into[i] = data[start + i] - zeroPoint;
    },
  };
}

type Convolution = Extract<LinearNode, { kind: 'conv_2d' | 'depthwise_conv_2d' }>;

function convolutionRows(
  node: Convolution,
  input: TensorType,
  weights: TensorType,
  output: TensorType,
): InputRows {
  const isDepthwise = node.kind === 'depthwise_conv_2d';
  const [, filterHeight, filterWidth, last] = weights.shape;
  const filter = [filterHeight, filterWidth] as const;
  const window = windowOf({ ...node.attributes, filter }, input.shape, output.shape);
  const [, height, width, channels] = input.shape;
  const [batches, outputHeight, outputWidth, units] = output.shape;
  const { groups } = channelLayout(node, input.shape, weights.shape);
  const depth = channels / groups;
  const size = filterHeight * filterWidth * depth;
  const unitsOfGroup = units / groups;
  return {
    size,
    positions: batches * outputHeight * outputWidth,
    groups,
    firstOf: (unit) => (isDepthwise ? unit : unit * size),
    step: isDepthwise ? last : 1,
    groupOf: (unit) => Math.floor(unit / unitsOfGroup),
    read(data, zeroPoint, position, group, into) {
      const column = position % outputWidth;
      const line = Math.floor(position / outputWidth);
      const image = Math.floor(line / outputHeight) * height * width * channels;
      const top = (line % outputHeight) * window.strideHeight - window.padTop;
      const left = column * window.strideWidth - window.padLeft;
      let filled = 0;
      for (let i = 0; i < filterHeight; i++) {
        const y = top + i * window.dilationHeight;
        for (let j = 0; j < filterWidth; j++) {
          const x = left + j * window.dilationWidth;
          if (y < 0 || y >= height || x < 0 || x >= width) {
            into.fill(0, filled, filled + depth);
          } else {
            const start = image + (y * width + x) * channels + group * depth;
            for (let c = 0; c < depth; c++) into[filled + c] = data[start + c] - zeroPoint;
          }
          filled += depth;
        }
      }
    },
  };
}

/** The weights of a unit. */
export function unitWeights(
  { size, step, firstOf }: InputRows,
  weights: Float32Array,
  unit: number,
): Float64Array {
  const own = new Float64Array(size);
  for (let i = 0, at = firstOf(unit); i < size; i++, at += step) own[i] = weights[at];
  return own;
}

export function inputRows(
  node: LinearNode,
  input: TensorType,
  weights: TensorType,
  output: TensorType,
): InputRows {
  return node.kind === 'fully_connected'
    ? denseRows(weights, output)
    : convolutionRows(node, input, weights, output);
}
