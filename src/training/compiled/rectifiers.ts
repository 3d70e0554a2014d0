/**
 * ReLUs whose walk over the elements another layer spares: right behind BatchNormalization, which computes both, and on the way back
 * right in front of a max pool, whose output says what lets a gradient through.
 */

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
  /** Layers whose activation is derived by the max pool behind them, the one that reads them. */
  readonly pooled: ReadonlySet<number>;
}

const MAX_POOLS: ReadonlySet<LayerSpec['type']> = new Set([
  'MaxPooling1D',
  'MaxPooling2D',
  'GlobalMaxPooling1D',
  'GlobalMaxPooling2D',
]);

/** The activation of a convolution. */
function activationOf(spec: LayerSpec): Rectifier {
  const isConvolution = spec.type === 'Conv1D' || spec.type === 'Conv2D';
  const isRectifier = isConvolution && (spec.activation === 'relu' || spec.activation === 'relu6');
  return isRectifier ? (spec.activation as Rectifier) : 'linear';
}

/** `counts` has the readers of every layer. */
export function findRectifiers(layers: readonly TopologyLayer[], counts: readonly number[]): Rectifiers {
  const of = new Map<number, Rectifier>();
  const absorbed = new Set<number>();
  const pooled = new Set<number>();
  for (const [index, { spec, inputs }] of layers.entries()) {
    const [position] = inputs;
    if (inputAt(position) !== undefined || counts[position] !== 1) continue;
    const { spec: before } = layers[position];
    const rectifier = rectifierOf(spec);
    if (rectifier !== undefined && before.type === 'BatchNormalization') {
      of.set(position, rectifier);
      absorbed.add(index);
    }
    const activation = activationOf(before);
    if (MAX_POOLS.has(spec.type) && activation !== 'linear') {
      of.set(index, activation);
      pooled.add(position);
    }
  }
  return { of, absorbed, pooled };
}
