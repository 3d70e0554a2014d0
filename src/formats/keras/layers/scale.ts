/** Layers that multiply and add constants to each channel: passes fold them into the weights next to them. */

import { inputError, unsupportedError } from '../../../core/errors.ts';
import { counted } from '../../../core/figure-text.ts';
import { type LayerContext, type LayerValue, positiveAxis } from '../layer.ts';

/** y = x · scale + offset. */
function scaled(layer: LayerContext, scale: readonly number[], offset: readonly number[]): LayerValue {
  const [{ id, shape }] = layer.inputs;
  const wrong = [...scale, ...offset].find((value) => !Number.isFinite(Math.fround(value)));
  if (wrong !== undefined) throw inputError('layer-config', `one of its constants becomes ${wrong}.`);
  const scales = layer.constant('scale', [scale.length], Float32Array.from(scale));
  const product = layer.add('mul', 'multiply', { activation: 'none' }, [id, scales]);
  const offsets = layer.constant('offset', [offset.length], Float32Array.from(offset));
  return { id: layer.add('add', '', { activation: 'none' }, [product, offsets]), shape };
}

function channelsOf({ inputs }: LayerContext): number {
  const { shape } = inputs[0];
  return shape[shape.length - 1];
}

function requireLastAxis(layer: LayerContext, axes: readonly number[]): void {
  const rank = layer.inputs[0].shape.length;
  if (axes.length !== 1 || positiveAxis(axes[0], rank) !== rank - 1) {
    throw unsupportedError(
      'unsupported-axis',
      `it normalizes along axis ${axes.join(', ')}, and only the last one, that of the channels, can be converted.`,
      'Use axis -1.',
    );
  }
}

/** 1/√(variance + ε), rounded where TensorFlow rounds; its own last bit is that of an estimate of the processor (RSQRTPS). */
function inverseRoots(variance: Float32Array, epsilon: number): Float32Array {
  return variance.map((value) => 1 / Math.sqrt(Math.fround(value + Math.fround(epsilon))));
}

/** In float32, step by step as `tf.nn.batch_normalization`: these are the numbers that TensorFlow's converter folds. */
export function importBatchNormalization(layer: LayerContext): LayerValue {
  const { config } = layer;
  requireLastAxis(layer, config.numbers('axis') ?? [-1]);
  const channels = channelsOf(layer);
  const optional = (key: string, weight: string, otherwise: number): Float32Array =>
    config.boolean(key, true)
      ? layer.weight(weight, [channels]).data
      : new Float32Array(channels).fill(otherwise);
  const gamma = optional('scale', 'gamma', 1);
  const beta = optional('center', 'beta', 0);
  const mean = layer.weight('moving_mean', [channels]).data;
  const variance = layer.weight('moving_variance', [channels]).data;
  const epsilon = config.number('epsilon', 1e-3);
  const root = inverseRoots(variance, epsilon);
  const scale = Array.from(gamma, (factor, channel) => Math.fround(factor * root[channel]));
  const offset = Array.from(beta, (shift, channel) => shift - Math.fround(mean[channel] * scale[channel]));
  return scaled(layer, scale, offset);
}

/** One number for each channel, or one for all. */
function perChannel(layer: LayerContext, key: string, otherwise: number): readonly number[] {
  const values = layer.config.numbers(key) ?? [otherwise];
  const channels = channelsOf(layer);
  if (values.length === channels) return values;
  if (values.length === 1) return new Array<number>(channels).fill(values[0]);
  throw inputError(
    'layer-config',
    `"${key}" has ${counted(values.length, 'number')} for ${counted(channels, 'channel')}.`,
  );
}

export function importRescaling(layer: LayerContext): LayerValue {
  return scaled(layer, perChannel(layer, 'scale', 1), perChannel(layer, 'offset', 0));
}

/** Keras' `backend.epsilon()`, the least deviation that it divides by. */
const LEAST_DEVIATION = 1e-7;

/** Statistics given to the constructor, or measured by `adapt` and stored as weights. */
function statistic(layer: LayerContext, name: 'mean' | 'variance', single: boolean): readonly number[] {
  if (layer.config.value(name) !== undefined) return perChannel(layer, name, 0);
  const channels = channelsOf(layer);
  const { data } = layer.weight(name, single ? [] : [channels]);
  return single ? new Array<number>(channels).fill(data[0]) : Array.from(data);
}

export function importNormalization(layer: LayerContext): LayerValue {
  const { config } = layer;
  const axes = config.isNull('axis') ? [] : (config.numbers('axis') ?? [-1]);
  if (axes.length > 0) requireLastAxis(layer, axes);
  const mean = statistic(layer, 'mean', axes.length === 0);
  const deviation = statistic(layer, 'variance', axes.length === 0).map((variance) =>
    Math.max(Math.sqrt(variance), LEAST_DEVIATION),
  );
  if (config.boolean('invert', false)) return scaled(layer, deviation, mean);
  const scale = deviation.map((value) => 1 / value);
  return scaled(
    layer,
    scale,
    mean.map((value, channel) => -value * scale[channel]),
  );
}
