/** Recurrent layers over a sequence in both directions. */

import { inputError, unsupportedError, withErrorContext } from '../../../../core/errors.ts';
import { isJsonObject, type JsonObject } from '../../../../core/json.ts';
import type { ValueId } from '../../../../ir/graph.ts';
import { LayerConfig } from '../../config.ts';
import type { LayerContext, LayerValue } from '../../layer.ts';
import { CELLS, isRecurrent } from './cells.ts';
import { direction } from './direction.ts';

function innerLayer(layer: LayerContext, key: string) {
  const inner = layer.config.value(key);
  if (!isJsonObject(inner) || !isJsonObject(inner.config)) return undefined;
  const { class_name: className } = inner;
  if (isRecurrent(className)) return { className, json: inner.config };
  throw unsupportedError(
    'unsupported-layer',
    `it goes over a ${JSON.stringify(className ?? null)} layer in both directions.`,
    `Use one of ${Object.keys(CELLS).join(', ')}.`,
  );
}

/** Keras lets both give zeros for masked steps of a sequence, whatever they say themselves. */
function directionConfig(json: JsonObject): LayerConfig {
  const config = new LayerConfig(json);
  return config.with('zero_output_for_mask', config.boolean('return_sequences', false));
}

/** Results of both directions as one. */
function merged(layer: LayerContext, forward: ValueId, backward: ValueId): ValueId {
  const mode = layer.config.string('merge_mode', 'concat');
  const both = [forward, backward];
  const rank = layer.shapeOf(forward).length;
  switch (mode) {
    case 'concat':
      return layer.add('concatenation', '', { axis: rank - 1, activation: 'none' }, both);
    case 'sum':
      return layer.add('add', '', { activation: 'none' }, both);
    case 'mul':
      return layer.add('mul', '', { activation: 'none' }, both);
    case 'ave': {
      const sum = layer.add('add', 'sum', { activation: 'none' }, both);
      const half = layer.constant('half', [1], Float32Array.of(0.5));
      return layer.add('mul', '', { activation: 'none' }, [sum, half]);
    }
    default:
      throw unsupportedError(
        'unsupported-merge',
        `its "merge_mode" is ${JSON.stringify(layer.config.value('merge_mode') ?? null)}.`,
        'Use "concat", "sum", "mul" or "ave".',
      );
  }
}

/** The second direction goes over the sequence the other way round; its outputs come in the order of the first. */
export function importBidirectional(layer: LayerContext): LayerValue {
  if (layer.config.isNull('merge_mode')) {
    throw unsupportedError(
      'unsupported-merge',
      'its two directions are two outputs.',
      'Use merge_mode "concat", and a Dense layer behind it.',
    );
  }
  if (layer.inputs.length > 1) {
    throw unsupportedError(
      'unsupported-state',
      'it is called with states.',
      'Call it with its sequence alone.',
    );
  }
  const first = innerLayer(layer, 'layer');
  if (first === undefined) throw inputError('layer-config', 'it wraps no layer.');
  const other = innerLayer(layer, 'backward_layer') ?? {
    ...first,
    json: { ...first.json, go_backwards: !new LayerConfig(first.json).boolean('go_backwards', false) },
  };
  const [forward, backward] = [['forward', first] as const, ['backward', other] as const].map(
    ([scope, { className, json }]) => {
      const inner = layer.inner(scope, directionConfig(json));
      return withErrorContext(`its ${scope} layer`, () => direction(inner, className));
    },
  );
  if (!forward.returnsSequences) {
    const id = merged(layer, forward.last(), backward.last());
    return { id, shape: layer.shapeOf(id) };
  }
  const id = merged(layer, forward.sequence('sequence', 'taken'), backward.sequence('in_time', 'turned'));
  return { id, shape: layer.shapeOf(id) };
}
