/**
 * The layers that a project file may name, with Keras' names and arguments in TensorFlow.js' spelling.
 * A new layer is one row in `layers/`: its fields, the shape it makes and the weights it has.
 */

import * as z from 'zod';
import type { Shape } from '../core/tensor.ts';
import { CONV_LAYERS } from './layers/conv.ts';
import { DENSE_LAYERS } from './layers/dense.ts';
import type { WeightSpec } from './layers/layer.ts';
import { MERGE_LAYERS } from './layers/merge.ts';
import { NORMALIZATION_LAYERS } from './layers/normalization.ts';
import { POOLING_LAYERS } from './layers/pooling.ts';
import { RECURRENT_LAYERS } from './layers/recurrent.ts';

const LAYERS = {
  ...DENSE_LAYERS,
  ...CONV_LAYERS,
  ...POOLING_LAYERS,
  ...RECURRENT_LAYERS,
  ...NORMALIZATION_LAYERS,
  ...MERGE_LAYERS,
};

export type LayerType = keyof typeof LAYERS;

type LayerSchema = (typeof LAYERS)[LayerType]['schema'];
export type LayerSpec = z.output<LayerSchema>;
/** A layer as project files write it: what has a default may be left out. */
export type LayerInput = z.input<LayerSchema>;

export const LAYER_TYPES = Object.keys(LAYERS) as readonly LayerType[];

/** A layer of the project file, told apart by `type`. */
export const layerSpecSchema = z.discriminatedUnion(
  'type',
  Object.values(LAYERS).map((row) => row.schema) as unknown as readonly [LayerSchema, ...LayerSchema[]],
);

export function isLayerType(type: string): type is LayerType {
  return Object.hasOwn(LAYERS, type);
}

interface AnyLayerRow {
  readonly schema: z.ZodObject;
  readonly merges?: true;
  outputShape(layer: LayerSpec, input: Shape, ...others: Shape[]): Shape;
  weights?(layer: LayerSpec, input: Shape): WeightSpec[];
  resolve?(layer: LayerSpec, input: Shape): LayerSpec;
}

/** The row of a type known at run time only; the schema has matched the layer with it. */
export function layerRow(type: LayerType): AnyLayerRow {
  return LAYERS[type] as unknown as AnyLayerRow;
}
