/** Normalizations by known statistics, which are a factor and a shift, and by those of the values themselves. */

import { inputError, unsupportedError } from '../../../core/errors.ts';
import { counted } from '../../../core/figure-text.ts';
import { elementCount } from '../../../core/tensor.ts';
import { batchNormalized } from '../../lowering/batch-normalization.ts';
import type { Operand } from '../../lowering/graph-writer.ts';
import {
  groupNormalized,
  normalized,
  rootMeanNormalized,
  scaledAndShifted,
} from '../../lowering/normalizations.ts';
import { axisOf } from '../../lowering/operation.ts';
import { type LowerOnnx, type OnnxNode, type OnnxOperators, refuseAttribute } from '../node.ts';

/** Of [batch, channels, …]: a number for each channel, as it broadcasts. */
function perChannel({ type: { shape } }: Operand): number[] {
  return [shape[1], ...new Array<number>(Math.max(0, shape.length - 2)).fill(1)];
}

function refuseTraining(node: OnnxNode): void {
  const isTraining =
    node.integer('training_mode', 0) === 1 ||
    (node.version < 14 && node.version >= 7 && node.outputCount > 1) ||
    (node.version < 7 && node.integer('is_test', 0) === 0);
  if (!isTraining) return;
  throw unsupportedError(
    'training-mode',
    'it is in training mode and takes its statistics from the batch.',
    'Call model.eval() before the export.',
  );
}

const batchNormalization: LowerOnnx = (node) => {
  refuseTraining(node);
  if (node.integer('spatial', 1) === 0)
    throw refuseAttribute('spatial', 'is 0: it normalizes every element apart');
  const input = node.input(0);
  if (input.type.shape.length < 2) throw inputError('operation-shape', 'its input has no axis of channels.');
  const [, channels] = input.type.shape;
  const epsilon = node.float('epsilon', 1e-5);
  return batchNormalized(node, '', input, { shape: perChannel(input), channels, epsilon });
};

function axesFrom(first: number, rank: number): number[] {
  return Array.from({ length: rank - first }, (_, index) => first + index);
}

const layerNormalization: LowerOnnx = (node) => {
  const input = node.input(0);
  const rank = input.type.shape.length;
  const axes = axesFrom(axisOf(node.integer('axis', -1), rank), rank);
  const { result, mean, inverse } = normalized(node, 'normalized', input, axes, node.float('epsilon', 1e-5));
  return [scaledAndShifted(node, '', result, node.input(1), node.inputs[2]), mean, inverse];
};

const instanceNormalization: LowerOnnx = (node) => {
  const input = node.input(0);
  const axes = axesFrom(2, input.type.shape.length);
  if (axes.length === 0) throw inputError('operation-shape', 'its input has no spatial axes.');
  const { result } = normalized(node, 'normalized', input, axes, node.float('epsilon', 1e-5));
  const [scale, shift] = [node.input(1), node.input(2)].map((operand, index) =>
    node.reshape(`channel_${index}`, operand, perChannel(input)),
  );
  return scaledAndShifted(node, '', result, scale, shift);
};

/** Scale and shift belong to groups before version 21, and to channels from then on. */
const groupNormalization: LowerOnnx = (node) => {
  const input = node.input(0);
  const { shape } = input.type;
  const groups = node.integer('num_groups');
  if (shape.length < 2 || shape[1] % groups !== 0) {
    throw inputError('onnx-attribute', `its "num_groups" is ${groups} for ${counted(shape[1], 'channel')}.`);
  }
  const epsilon = node.float('epsilon', 1e-5);
  const result = groupNormalized(node, 'normalized', input, { axis: 1, groups, epsilon });
  const [scale, shift] = [node.input(1), node.input(2)];
  const isOfGroups = node.version < 21;
  const broadcast = isOfGroups ? [groups, 1] : perChannel(input);
  const [factor, offset] = [node.reshape('scale', scale, broadcast), node.reshape('shift', shift, broadcast)];
  if (isOfGroups) return node.reshape('', scaledAndShifted(node, 'shifted', result, factor, offset), shape);
  return scaledAndShifted(node, '', node.reshape('channels', result, shape), factor, offset);
};

/** x · scale / √(mean of squares + ε). */
const rmsNormalization: LowerOnnx = (node) => {
  const input = node.input(0);
  const rank = input.type.shape.length;
  const axes = axesFrom(axisOf(node.integer('axis', -1), rank), rank);
  const result = rootMeanNormalized(node, 'normalized', input, axes, node.float('epsilon', 1e-5));
  return scaledAndShifted(node, '', result, node.input(1), undefined);
};

/** The file adds 1e-9 to the deviation, which float32 notices where that is nearly 0 only; here it is in the variance. */
const LEAST_VARIANCE = 1e-18;

const meanVarianceNormalization: LowerOnnx = (node) => {
  const input = node.input(0);
  const axes = (node.integers('axes') ?? [0, 2, 3]).map((axis) => axisOf(axis, input.type.shape.length));
  const sorted = [...new Set(axes)].sort((a, b) => a - b);
  return normalized(node, '', input, sorted, LEAST_VARIANCE).result;
};

/** What training leaves out; at inference it changes nothing, and its mask keeps everything. */
const dropout: LowerOnnx = (node) => {
  const input = node.input(0);
  const [isTraining = 0] = node.numbers(2, 'training mode') ?? [];
  if (isTraining !== 0 || (node.version < 7 && node.integer('is_test', 0) === 0)) {
    throw unsupportedError(
      'training-mode',
      'it is in training mode and leaves out values by chance.',
      'Call model.eval() before the export.',
    );
  }
  if (node.outputCount === 1) return input;
  const { shape } = input.type;
  const mask = { name: `${node.name}/mask`, type: { dtype: 'bool', shape } } as const;
  return [input, { ...mask, data: new Uint8Array(elementCount(shape)).fill(1) }];
};

export const NORMALIZATIONS: OnnxOperators = {
  BatchNormalization: batchNormalization,
  Dropout: dropout,
  GroupNormalization: groupNormalization,
  InstanceNormalization: instanceNormalization,
  LayerNormalization: layerNormalization,
  MeanVarianceNormalization: meanVarianceNormalization,
  RMSNormalization: rmsNormalization,
};
