/** Attention of several heads, with dense layers in front of and behind them. */

import { inputError, unsupportedError } from '../../../core/errors.ts';
import { elementCount, formatShape, type Shape } from '../../../core/tensor.ts';
import type { ValueId } from '../../../ir/graph.ts';
import { attention, type Heads, type Weigh, weighAll, weighSeen } from '../../lowering/attention.ts';
import type { LayerConfig } from '../config.ts';
import type { LayerContext, LayerImporter, LayerValue } from '../layer.ts';
import { optionalTensorAt, tensorAt } from '../operations/operands.ts';
import { isCausal, refuseMasked } from './attention.ts';
import { transposed } from './dense.ts';

/** A dense layer inside, from the last axes of its input to some of its own. */
interface Projection {
  readonly name: string;
  readonly from: Shape;
  readonly to: Shape;
  /** Of weights and bias. */
  readonly factor?: number;
}

/** [1, steps, all of `from`] to [1, steps, all of `to`]. */
function projected(layer: LayerContext, input: ValueId, { name, from, to, factor = 1 }: Projection): ValueId {
  const own = layer.inner(name, layer.config);
  const [depth, units] = [elementCount(from), elementCount(to)];
  const scaled = (data: Float32Array): Float32Array =>
    factor === 1 ? data : data.map((value) => value * factor);
  const kernel = own.weight('kernel', [...from, ...to]).data;
  const weights = own.constant('kernel', [units, depth], scaled(transposed(kernel, depth, units)));
  const bias = layer.config.boolean('use_bias', true)
    ? [own.constant('bias', [units], scaled(own.weight('bias', to).data))]
    : [];
  const options = { activation: 'none', keepNumDims: true } as const;
  return own.add('fully_connected', '', options, [input, weights, ...bias]);
}

/** [1, steps, channels]; all axes between the batch and the channels are steps. */
function asSteps(layer: LayerContext, part: string, value: LayerValue): ValueId {
  const { shape } = value;
  const channels = shape[shape.length - 1];
  return layer.reshape(part, layer.narrow(value), [1, elementCount(shape.slice(1, -1)), channels]);
}

interface Inputs {
  readonly query: LayerValue;
  readonly value: LayerValue;
  readonly key: LayerValue;
}

function inputsOf(layer: LayerContext): Inputs {
  const query = tensorAt(layer, [0, 'query']);
  const value = tensorAt(layer, [1, 'value']);
  const key = optionalTensorAt(layer, [2, 'key']) ?? value;
  const shapes = [query, value, key].map(({ shape }) => shape);
  refuseMasked([query, value, key]);
  const fits = shapes.every((shape) => shape.length >= 3 && shape[0] === 1);
  if (fits && value.shape.slice(1, -1).join() === key.shape.slice(1, -1).join()) return { query, value, key };
  throw inputError(
    'layer-shape',
    `its query, value and key are ${shapes.map((shape) => formatShape(shape)).join(', ')}, and no sequences that go together.`,
  );
}

function refuseAxes({ config }: LayerContext, rank: number): void {
  const axes = config.numbers('attention_axes');
  const own = axes?.map((axis) => (axis < 0 ? axis + rank - 1 : axis)) ?? [];
  const isWhole = Array.from({ length: rank - 2 }, (_, axis) => axis + 1).every((axis) => own.includes(axis));
  if (axes === undefined || (isWhole && own.length === rank - 2)) return;
  throw unsupportedError(
    'unsupported-axis',
    `its "attention_axes" are ${axes.join(', ')}, and not all between the batch and the channels.`,
    'Use Reshape or Permute so that one sequence is left.',
  );
}

/** Steps that are seen: those up to the own one, those nearer than the window, or all. */
function weighOf(layer: LayerContext, { query, value }: Inputs): Weigh<ValueId> {
  const window = layer.config.value('sliding_window');
  const reach = window === undefined ? Infinity : layer.config.integer('sliding_window');
  const isOneWay = isCausal(layer);
  if (!(reach > 0)) throw inputError('layer-config', `"sliding_window" is ${reach}.`);
  if (!isOneWay && reach === Infinity) return weighAll;
  if (query.shape.length !== 3 || value.shape.length !== 3) {
    throw unsupportedError(
      'unsupported-mask',
      'it leaves out steps of what has more than one axis of them.',
      'Use Reshape so that one sequence is left.',
    );
  }
  const isSeen = (step: number, other: number): boolean =>
    (!isOneWay || other <= step) && Math.abs(step - other) < reach;
  return weighSeen(isSeen, query.shape[1]);
}

/** Heads, and what a row of the output has. */
interface Form {
  readonly heads: Heads;
  /** Of each step. */
  readonly outputShape: Shape;
}

const MOST_CHANNELS = 1 << 20;

/** Sizes that multiply to no more than a chip holds. */
function sized(config: LayerConfig, key: string, otherwise?: number): number {
  const [size] = config.perAxis(key, 1, otherwise);
  if (size <= MOST_CHANNELS) return size;
  throw inputError('layer-config', `"${key}" is ${size}, and no layer has as many.`);
}

function attendedBy(formOf: (layer: LayerContext, query: LayerValue) => Form): LayerImporter {
  return (layer) => {
    const inputs = inputsOf(layer);
    const { query, value, key } = inputs;
    const { heads, outputShape } = formOf(layer, query);
    const weigh = weighOf(layer, inputs);
    const { groups, queriesOfGroup, keySize, valueSize } = heads;
    const all = groups * queriesOfGroup;
    const channels = ({ shape }: LayerValue): Shape => shape.slice(-1);
    const steps = asSteps(layer, 'query_steps', query);
    const attended = attention(
      layer,
      {
        query: projected(layer, steps, {
          name: 'query',
          from: channels(query),
          to: [all, keySize],
          factor: 1 / Math.sqrt(keySize),
        }),
        key: projected(layer, asSteps(layer, 'key_steps', key), {
          name: 'key',
          from: channels(key),
          to: [groups, keySize],
        }),
        value: projected(layer, asSteps(layer, 'value_steps', value), {
          name: 'value',
          from: channels(value),
          to: [groups, valueSize],
        }),
      },
      heads,
      weigh,
    );
    const own = [all, valueSize];
    const passed = layer.config.boolean('use_gate', false)
      ? gated(layer, attended, projected(layer, steps, { name: 'gate', from: channels(query), to: own }))
      : attended;
    const rows = projected(layer, passed, { name: 'attention_output', from: own, to: outputShape });
    const shape = [...query.shape.slice(0, -1), ...outputShape];
    return { id: layer.reshape('', rows, shape), shape };
  };
}

function gated(layer: LayerContext, attended: ValueId, gate: ValueId): ValueId {
  const opened = layer.add('logistic', 'gate/sigmoid', {}, [gate]);
  return layer.add('mul', 'gated', { activation: 'none' }, [attended, opened]);
}

/** "output_shape", or the channels of the query. */
function outputShapeOf({ config }: LayerContext, query: LayerValue): Shape {
  const sizes = config.numbers('output_shape') ?? [];
  const valid = sizes.every((size) => Number.isInteger(size) && size > 0 && size <= MOST_CHANNELS);
  if (!valid) throw inputError('layer-config', `"output_shape" is ${JSON.stringify(sizes)}.`);
  return sizes.length === 0 ? query.shape.slice(-1) : sizes;
}

export const importMultiHeadAttention = attendedBy((layer, query) => {
  const { config } = layer;
  refuseAxes(layer, query.shape.length);
  const keySize = sized(config, 'key_dim');
  return {
    heads: {
      groups: sized(config, 'num_heads'),
      queriesOfGroup: 1,
      keySize,
      valueSize: sized(config, 'value_dim', keySize),
    },
    outputShape: outputShapeOf(layer, query),
  };
});

/** Several heads of queries share those of keys and values that lie side by side. */
export const importGroupedQueryAttention = attendedBy((layer, query) => {
  const { config } = layer;
  const [heads, groups] = [sized(config, 'num_query_heads'), sized(config, 'num_key_value_heads')];
  if (heads % groups !== 0) {
    throw inputError('layer-config', `${groups} heads of keys do not divide ${heads} heads of queries.`);
  }
  const size = sized(config, 'head_dim');
  return {
    heads: { groups, queriesOfGroup: heads / groups, keySize: size, valueSize: size },
    outputShape: query.shape.slice(-1),
  };
});

/** Of the dense layers inside, by the scope of their weights and the attribute that `.keras` files name them after. */
export function attentionParts(
  config: LayerConfig,
): readonly (readonly [scope: string, attribute: string])[] {
  return [
    ['query', 'query_dense'],
    ['key', 'key_dense'],
    ...(config.boolean('use_gate', false) ? ([['gate', 'gate_dense']] as const) : []),
    ['value', 'value_dense'],
    ['attention_output', 'output_dense'],
  ];
}
