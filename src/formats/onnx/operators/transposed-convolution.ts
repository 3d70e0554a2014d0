/** ConvTranspose: TRANSPOSE_CONV, which knows neither dilations, groups nor pads of its own, has them in its weights and around it. */

import { inputError, unsupportedError } from '../../../core/errors.ts';
import { counted } from '../../../core/figure-text.ts';
import { elementCount } from '../../../core/tensor.ts';
import { marginsOf, NOT_DILATED, type Pair, positions } from '../../../ops/window.ts';
import { isKnown, type Known, type Operand } from '../../lowering/graph-writer.ts';
import {
  asImage,
  channelsFirst,
  channelsLast,
  numbersPerAxis,
  type OnnxWindow,
  onnxWindow,
} from '../images.ts';
import type { LowerOnnx, OnnxNode, OnnxOperators } from '../node.ts';

/** Weights as the file has them: [channels, filters of a group, height, width]. */
interface Filters {
  readonly weights: Operand;
  readonly groups: number;
  readonly dilations: Pair;
}

/** 64 MB: more than any flash holds. */
const MOST_WEIGHTS = 2 ** 24;

/** Zeros between the taps of a dilated filter, and between the channels of a group and the filters of others. */
function spreadWeights(node: OnnxNode, { weights, groups, dilations }: Filters): Operand {
  if (groups === 1 && dilations.every((dilation) => dilation === 1)) return weights;
  if (!isKnown(weights)) {
    throw unsupportedError(
      'dynamic-operand',
      'its weights are computed from the inputs, and with groups or dilations they must be known beforehand.',
      'Export the model with constant weights.',
    );
  }
  const [channels, perGroup, height, width] = weights.type.shape;
  const [tall, wide] = [(height - 1) * dilations[0] + 1, (width - 1) * dilations[1] + 1];
  const shape = [channels, perGroup * groups, tall, wide];
  if (elementCount(shape) > MOST_WEIGHTS) {
    throw unsupportedError(
      'unsupported-convolution',
      `its weights become ${elementCount(shape)} with the zeros that groups and dilations put between them.`,
    );
  }
  const spread = new Float32Array(elementCount(shape));
  let from = 0;
  for (let channel = 0; channel < channels; channel++) {
    const group = Math.floor((channel * groups) / channels);
    for (let filter = 0; filter < perGroup; filter++) {
      const plane = (channel * shape[1] + group * perGroup + filter) * tall;
      for (let y = 0; y < height; y++) {
        for (let x = 0; x < width; x++) {
          spread[(plane + y * dilations[0]) * wide + x * dilations[1]] = Number(
            (weights as Known).data[from++],
          );
        }
      }
    }
  }
  return node.constant('spread_weights', shape, spread);
}

/** One axis of the output: how long it is, and what is cut off before it. */
interface Extent {
  readonly size: number;
  readonly before: number;
  /** Of the windows of all input pixels, before anything is cut off or added. */
  readonly full: number;
}

function extentAlong(
  node: OnnxNode,
  window: OnnxWindow,
  input: number,
  axis: 0 | 1,
  more: Pair,
  wanted: number | undefined,
): Extent {
  const { top, bottom, left, right } = window.pads;
  const [before, behind] = axis === 0 ? [top, bottom] : [left, right];
  const full = (input - 1) * window.strides[axis] + (window.filter[axis] - 1) * window.dilations[axis] + 1;
  const mode = node.text('auto_pad', 'NOTSET');
  const isSame = mode === 'SAME_UPPER' || mode === 'SAME_LOWER';
  const given = wanted ?? (isSame ? input * window.strides[axis] : undefined);
  if (given === undefined) return { size: full + more[axis] - before - behind, before, full };
  const cut = Math.max(0, full + more[axis] - given);
  return { size: given, before: mode === 'SAME_UPPER' ? Math.floor(cut / 2) : Math.ceil(cut / 2), full };
}

const convTranspose: LowerOnnx = (node) => {
  const given = node.input(1);
  const [, , ...sizes] = given.type.shape;
  const window = onnxWindow(node, sizes);
  const image = channelsLast(node, node.input(0));
  const [batch, height, width, depth] = image.type.shape;
  const groups = node.integer('group', 1);
  const weights = asImage(node, given, 'weights');
  if (weights.type.shape[0] !== depth || depth % groups !== 0) {
    throw inputError(
      'operation-shape',
      `its weights are for ${counted(weights.type.shape[0], 'channel')} in ${counted(groups, 'group')}, and there are ${depth}.`,
    );
  }
  const spread = spreadWeights(node, { weights, groups, dilations: window.dilations });
  const kernel = node.transpose('weights/filters_first', spread, [1, 2, 3, 0]);
  const [filters, tall, wide] = kernel.type.shape;
  const more = numbersPerAxis(node, 'output_padding', 0) ?? [0, 0];
  const wanted = numbersPerAxis(node, 'output_shape');
  const rows = extentAlong(node, window, height, 0, more, wanted?.[0]);
  const columns = extentAlong(node, window, width, 1, more, wanted?.[1]);
  const { strides } = window;
  const bias = node.inputs[2] === undefined ? [] : [node.inputs[2]];
  const convolved = (
    part: string,
    padding: 'same' | 'valid',
    tallOutput: number,
    wideOutput: number,
  ): Operand => {
    const outputShape = [batch, tallOutput, wideOutput, filters] as const;
    const options = { padding, strides, outputShape, activation: 'none' } as const;
    return node.add('transpose_conv', part, options, [image, kernel, ...bias]);
  };
  const cutsNothing = rows.before === 0 && columns.before === 0;
  if (cutsNothing && rows.size >= rows.full && columns.size >= columns.full) {
    return channelsFirst(node, convolved('', 'valid', rows.size, columns.size));
  }
  const output = [batch, rows.size, columns.size, filters] as const;
  if (Math.min(...output) < 1) throw inputError('operation-shape', `it would make ${output.join(' x ')}.`);
  const same = { padding: 'same', filter: [tall, wide], strides, dilations: NOT_DILATED } as const;
  const margins = marginsOf(same, output);
  const [fromRows, fromColumns] = positions(same, output);
  const fits =
    margins.top === rows.before &&
    margins.left === columns.before &&
    fromRows === height &&
    fromColumns === width;
  if (fits) return channelsFirst(node, convolved('', 'same', rows.size, columns.size));
  const whole = convolved(
    'whole',
    'valid',
    Math.max(rows.full, rows.before + rows.size),
    Math.max(columns.full, columns.before + columns.size),
  );
  const begin = [0, rows.before, columns.before, 0];
  return channelsFirst(node, node.add('slice', '', { begin, size: output }, [whole]));
};

export const TRANSPOSED_CONVOLUTIONS: OnnxOperators = { ConvTranspose: convTranspose };
