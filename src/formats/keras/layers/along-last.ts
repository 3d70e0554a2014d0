/** Functions of rows, which TensorFlow Lite Micro has along the last axis only. */

import { inputError } from '../../../core/errors.ts';
import { elementCount } from '../../../core/tensor.ts';
import type { ValueId } from '../../../ir/graph.ts';
import type { LayerContext, LayerValue } from '../layer.ts';

/** Axes counted from the front, in ascending order; refuses the batch, and an axis that is named twice. */
export function ascendingAxes(axes: readonly number[]): readonly number[] {
  if (axes.length === 0 || axes.includes(0) || new Set(axes).size !== axes.length) {
    throw inputError(
      'layer-config',
      `it works along the axes ${axes.join(', ') || 'of none'}, which are no axes of one sample.`,
    );
  }
  return axes.toSorted((a, b) => a - b);
}

/**
 * What `compute` makes of the axes, counted from the front, as if they were one and the last. It appends nodes that keep the shape,
 * the last of which carries the name `part`.
 */
export function alongLast(
  layer: LayerContext,
  value: LayerValue,
  axes: readonly number[],
  compute: (part: string, id: ValueId) => ValueId,
): LayerValue {
  const { shape } = value;
  const along = ascendingAxes(axes);
  const rank = shape.length;
  if (along.length === 1 && along[0] === rank - 1) return { id: compute('', value.id), shape };
  const kept = shape.flatMap((_, axis) => (along.includes(axis) ? [] : [axis]));
  const order = [...kept, ...along];
  const moves = order.some((axis, index) => axis !== index);
  const narrow = layer.narrow(value);
  const ordered = moves ? layer.add('transpose', 'axes_last', { permutation: order }, [narrow]) : narrow;
  const sizes = (of: readonly number[]): number[] => of.map((axis) => shape[axis]);
  const rows = layer.reshape('rows', ordered, [...sizes(kept), elementCount(sizes(along))]);
  const made = compute('of_rows', rows);
  const spread = layer.reshape(moves ? 'spread' : '', made, sizes(order));
  if (!moves) return { id: spread, shape };
  const permutation = shape.map((_, axis) => order.indexOf(axis));
  return { id: layer.add('transpose', '', { permutation }, [spread]), shape };
}
