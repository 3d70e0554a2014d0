/** Layers that make one value of several. */

import { inputError } from '../../../core/errors.ts';
import { counted } from '../../../core/figure-text.ts';
import type { ValueId } from '../../../ir/graph.ts';
import { type LayerContext, type LayerImporter, type LayerValue, positiveAxis } from '../layer.ts';

type Merge = 'add' | 'sub' | 'mul' | 'maximum' | 'minimum';

function requireSeveral({ inputs }: LayerContext, exactly?: number): void {
  if (inputs.length < 2 || (exactly !== undefined && inputs.length !== exactly)) {
    throw inputError(
      'layer-inputs',
      `it has ${counted(inputs.length, 'input')} instead of ${exactly ?? 'several'}.`,
    );
  }
}

/** The inputs in one form: all images, or all in Keras' own shape. */
function alike(layer: LayerContext): { ids: ValueId[]; wide: boolean } {
  const wide = layer.inputs.every((input) => layer.isWide(input));
  return { ids: layer.inputs.map((input) => (wide ? input.id : layer.narrow(input))), wide };
}

function mergedValue(layer: LayerContext, id: ValueId, wide: boolean): LayerValue {
  return wide ? layer.fromImage(id, 1) : { id, shape: layer.shapeOf(id) };
}

function mergeTwo(layer: LayerContext, kind: Merge, part: string, a: ValueId, b: ValueId): ValueId {
  return kind === 'maximum' || kind === 'minimum'
    ? layer.add(kind, part, {}, [a, b])
    : layer.add(kind, part, { activation: 'none' }, [a, b]);
}

/** All inputs, two by two from the front; the last node carries the name `part`. */
function mergeAll(layer: LayerContext, kind: Merge, part: string, ids: readonly ValueId[]): ValueId {
  const [first, ...others] = ids;
  return others.reduce(
    (sum, id, index) =>
      mergeTwo(layer, kind, index === others.length - 1 ? part : `step_${index + 1}`, sum, id),
    first,
  );
}

export function merging(kind: Merge): LayerImporter {
  return (layer) => {
    requireSeveral(layer, kind === 'sub' ? 2 : undefined);
    const { ids, wide } = alike(layer);
    return mergedValue(layer, mergeAll(layer, kind, '', ids), wide);
  };
}

export function importAverage(layer: LayerContext): LayerValue {
  requireSeveral(layer);
  const { ids, wide } = alike(layer);
  const sum = mergeAll(layer, 'add', 'sum', ids);
  const share = layer.constant('share', [1], Float32Array.of(1 / ids.length));
  return mergedValue(layer, mergeTwo(layer, 'mul', '', sum, share), wide);
}

export function importConcatenate(layer: LayerContext): LayerValue {
  requireSeveral(layer);
  const { ids, wide } = alike(layer);
  const rank = layer.inputs[0].shape.length;
  const [given] = layer.config.numbers('axis') ?? [-1];
  const axis = positiveAxis(given, rank);
  if (axis === 0) throw inputError('layer-shape', 'it joins samples of different batches (axis 0).');
  const id = layer.add('concatenation', '', { axis: wide ? axis + 1 : axis, activation: 'none' }, ids);
  return mergedValue(layer, id, wide);
}
