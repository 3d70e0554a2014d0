/** ReLUs right behind BatchNormalization: one walk over the elements computes both. */

import { inputAt } from '../layer-inputs.ts';
import type { LayerSpec } from '../layer-table.ts';
import type { TopologyLayer } from '../topology.ts';
import { reluName } from './layers/activation.ts';
import type { Rectifier } from './layers/layer.ts';

function rectifierOf(spec: LayerSpec): Exclude<Rectifier, 'linear'> | undefined {
  if (spec.type === 'ReLU') return reluName(spec.maxValue);
  if (spec.type !== 'Activation') return undefined;
  return spec.activation === 'relu' || spec.activation === 'relu6' ? spec.activation : undefined;
}

export interface Rectifiers {
  /** Of the layer at an index, where it computes one along with its own. */
  readonly of: ReadonlyMap<number, Rectifier>;
  /** Layers that another one computes. */
  readonly absorbed: ReadonlySet<number>;
}

/** `counts` has the readers of every layer. */
export function findRectifiers(layers: readonly TopologyLayer[], counts: readonly number[]): Rectifiers {
  const of = new Map<number, Rectifier>();
  const absorbed = new Set<number>();
  for (const [index, { spec, inputs }] of layers.entries()) {
    const rectifier = rectifierOf(spec);
    const [position] = inputs;
    if (rectifier === undefined || inputAt(position) !== undefined) continue;
    if (layers[position].spec.type !== 'BatchNormalization' || counts[position] !== 1) continue;
    of.set(position, rectifier);
    absorbed.add(index);
  }
  return { of, absorbed };
}
