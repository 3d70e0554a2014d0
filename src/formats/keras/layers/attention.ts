/** Attention without weights of its own, or nearly so: [query, value] or [query, value, key], each [1, steps, channels]. */

import { inputError, unsupportedError } from '../../../core/errors.ts';
import { counted } from '../../../core/figure-text.ts';
import { formatShape } from '../../../core/tensor.ts';
import type { ValueId } from '../../../ir/graph.ts';
import { type Weigh, weighAll, weighSeen } from '../../lowering/attention.ts';
import { scalar } from '../../lowering/functions.ts';
import type { LayerConfig } from '../config.ts';
import type { LayerContext, LayerImporter, LayerValue } from '../layer.ts';
import { settingAt, tensorsAt } from '../operations/operands.ts';

/** Steps that a Masking layer passes over would have to be passed over here. */
export function refuseMasked(values: readonly LayerValue[]): void {
  if (values.every(({ masked }) => masked === undefined)) return;
  throw unsupportedError(
    'unsupported-mask',
    'it reads a sequence of which a Masking layer passes over some steps, and would look at these.',
    'Leave the Masking layer out, or put it behind.',
  );
}

/** Whether each step sees those up to its own alone. */
export function isCausal(layer: LayerContext): boolean {
  return settingAt(layer, [undefined, 'use_causal_mask']).boolean(false);
}

interface Inputs {
  readonly query: LayerValue;
  readonly value: LayerValue;
  readonly key: LayerValue;
}

/** Refuses what is no sequences that go together. */
function requireSequences({ query, value, key }: Inputs): void {
  const shapes = [query, value, key].map(({ shape }) => shape);
  const [, values, keys] = shapes;
  const fits = shapes.every((shape) => shape.length === 3 && shape[0] === 1) && values[1] === keys[1];
  if (fits) return;
  throw inputError(
    'layer-shape',
    `its query, value and key are ${shapes.map((shape) => formatShape(shape)).join(', ')}, and no sequences that go together.`,
  );
}

function inputsOf(layer: LayerContext): Inputs {
  const given = tensorsAt(layer, [0, 'inputs']);
  if (given.length < 2 || given.length > 3) {
    throw inputError('layer-inputs', `it has ${counted(given.length, 'input')} instead of 2 or 3.`);
  }
  const [query, value, key = value] = given;
  refuseMasked(given);
  requireSequences({ query, value, key });
  if (query.shape[2] === key.shape[2]) return { query, value, key };
  throw inputError(
    'layer-shape',
    `its query of shape ${formatShape(query.shape)} and its key of shape ${formatShape(key.shape)} have different channels.`,
  );
}

function product(layer: LayerContext, part: string, input: ValueId, factor: number): ValueId {
  if (factor === 1) return input;
  return layer.add('mul', part, { activation: 'none' }, [input, scalar(layer, `${part}/number`, factor)]);
}

/** [1, queries, keys] of two sequences. */
type Scores = (layer: LayerContext, query: ValueId, key: ValueId) => ValueId;

function numberOf(layer: LayerContext, name: string): number {
  return layer.weight(name, []).data[0];
}

function dotScores(layer: LayerContext, query: ValueId, key: ValueId): ValueId {
  const scale = layer.config.boolean('use_scale', false) ? numberOf(layer, 'scale') : 1;
  const scaled = product(layer, 'scaled', query, scale);
  return layer.add('batch_matmul', 'scores', { adjX: false, adjY: true }, [scaled, key]);
}

/** tanh of factor · (query + key) for every pair, [1, queries, keys, channels]. */
function bentSums(layer: LayerContext, query: ValueId, key: ValueId, factor: number): ValueId {
  const [, queries, channels] = layer.shapeOf(query);
  const [, keys] = layer.shapeOf(key);
  const a = layer.reshape('queries', query, [1, queries, 1, channels]);
  const b = layer.reshape('keys', key, [1, 1, keys, channels]);
  const sum = layer.add('add', 'pairs', { activation: 'none' }, [a, b]);
  return layer.add('tanh', 'tanh', {}, [product(layer, 'scaled', sum, factor)]);
}

/** Sums over the channels, each with a factor. */
function overChannels(layer: LayerContext, bent: ValueId, factors: Float32Array): ValueId {
  const [batch, queries, keys, channels] = layer.shapeOf(bent);
  const weights = layer.constant('channels', [1, channels], factors);
  const options = { activation: 'none', keepNumDims: false } as const;
  const rows = layer.reshape('rows', bent, [batch * queries * keys, channels]);
  const sums = layer.add('fully_connected', 'sums_of_channels', options, [rows, weights]);
  return layer.reshape('scores', sums, [batch, queries, keys]);
}

function concatScores(layer: LayerContext, query: ValueId, key: ValueId): ValueId {
  const scale = layer.config.boolean('use_scale', false) ? numberOf(layer, 'scale') : 1;
  const weight = numberOf(layer, 'concat_score_weight');
  const [, , channels] = layer.shapeOf(query);
  const bent = bentSums(layer, query, key, scale);
  return overChannels(layer, bent, new Float32Array(channels).fill(weight));
}

function additiveScores(layer: LayerContext, query: ValueId, key: ValueId): ValueId {
  const [, , channels] = layer.shapeOf(query);
  const scale = layer.config.boolean('use_scale', true)
    ? layer.weight('scale', [channels]).data
    : new Float32Array(channels).fill(1);
  return overChannels(layer, bentSums(layer, query, key, 1), scale);
}

function attended(layer: LayerContext, scoresOf: Scores): LayerValue {
  const { query, value, key } = inputsOf(layer);
  const isOneWay = isCausal(layer) || layer.config.boolean('causal', false);
  const weigh: Weigh<ValueId> = isOneWay
    ? weighSeen((step, other) => other <= step, query.shape[1])
    : weighAll;
  const weights = weigh(layer, 'weights', scoresOf(layer, layer.narrow(query), layer.narrow(key)));
  const id = layer.add('batch_matmul', '', { adjX: false, adjY: false }, [weights, layer.narrow(value)]);
  return { id, shape: layer.shapeOf(id) };
}

function scoreMode(config: LayerConfig): string {
  return config.string('score_mode', 'dot');
}

export function attentionWeights(config: LayerConfig): readonly string[] {
  return [
    ...(config.boolean('use_scale', false) ? ['scale'] : []),
    ...(scoreMode(config) === 'concat' ? ['concat_score_weight'] : []),
  ];
}

export function additiveAttentionWeights(config: LayerConfig): readonly string[] {
  return config.boolean('use_scale', true) ? ['scale'] : [];
}

export const importAttention: LayerImporter = (layer) => {
  const mode = scoreMode(layer.config);
  if (mode !== 'dot' && mode !== 'concat') {
    throw inputError('layer-config', `"score_mode" is ${JSON.stringify(mode)}.`);
  }
  return attended(layer, mode === 'dot' ? dotScores : concatScores);
};

export const importAdditiveAttention: LayerImporter = (layer) => attended(layer, additiveScores);
