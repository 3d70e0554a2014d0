/** What a search may choose in layers that are written by hand. */

import type { LayerSpec } from '../../../training/layer-table.ts';
import type { Knob, Knobs } from './space-schema.ts';
import { stepsAround, widthsAround } from './spans.ts';

const KERNEL_STEP = 2;

function sizesAround(size: number | readonly number[]): Knob {
  const sizes = typeof size === 'number' ? [size] : size;
  return [-KERNEL_STEP, 0, KERNEL_STEP]
    .map((step) => sizes.map((one) => Math.max(1, one + step)))
    .filter((own, index, all) => all.findIndex((other) => String(other) === String(own)) === index)
    .map((own) => (typeof size === 'number' ? own[0] : own));
}

/** Of `places`, where windows lie, one more step between them; and where they are far apart, one less. */
function stridesAround(strides: number | readonly number[]): Knob {
  return typeof strides === 'number'
    ? stepsAround(strides, 1)
    : [[...strides], strides.map((one) => one + 1)];
}

function knobsOf(layer: LayerSpec, isLast: boolean): Knobs {
  return {
    ...('units' in layer && !isLast ? { units: widthsAround(layer.units) } : {}),
    ...('filters' in layer && !isLast ? { filters: widthsAround(layer.filters) } : {}),
    ...('kernelSize' in layer ? { kernelSize: sizesAround(layer.kernelSize) } : {}),
    ...('kernelSize' in layer && 'strides' in layer ? { strides: stridesAround(layer.strides) } : {}),
  };
}

/** Layers with weights that others of their kind can stand in for, where each layer reads the one before it. */
function spareLayers(layers: readonly LayerSpec[]): readonly number[] {
  if (layers.some(({ inputs }) => inputs !== undefined)) return [];
  const hidden = layers.slice(0, -1).map(({ type }) => type);
  return hidden.flatMap((type, index) =>
    ['Dense', 'Conv1D', 'Conv2D'].includes(type) && hidden.indexOf(type) !== index ? [index] : [],
  );
}

/** The last layer with weights gives what is to be learned, and keeps its size. */
export function layerKnobs(layers: readonly LayerSpec[]): Knobs {
  const last = layers.findLastIndex((layer) => 'units' in layer || 'filters' in layer);
  const knobs = layers.flatMap((layer, index) =>
    Object.entries(knobsOf(layer, index >= last)).map(
      ([name, knob]) => [`layers[${index}].${name}`, knob] as const,
    ),
  );
  const spare = spareLayers(layers).map((index): readonly [string, Knob] => [
    `layers[${index}]`,
    { optional: true },
  ]);
  return Object.fromEntries([...knobs, ...spare]);
}
