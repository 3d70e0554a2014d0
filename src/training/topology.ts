/** A Sequential topology taken apart again: layers as the project file has them, with shapes and weights. */

import { z } from 'zod';
import { inputError, unsupportedError, withErrorContext } from '../core/errors.ts';
import type { JsonObject } from '../core/json.ts';
import { elementCount, type Shape } from '../core/tensor.ts';
import { isLayerType, LAYER_TYPES, type LayerSpec, layerRow } from './layer-table.ts';
import type { WeightSpec } from './layers/layer.ts';

/** 200 MB of float32; microcontrollers hold a thousandth of it. */
const MAX_WEIGHTS = 50_000_000;

/** One layer of a topology; shapes are those of one sample. */
export interface TopologyLayer {
  readonly name: string;
  readonly spec: LayerSpec;
  readonly inputShape: Shape;
  readonly outputShape: Shape;
  /** In the order of Keras' `get_weights`. */
  readonly weights: readonly WeightSpec[];
}

const sequentialSchema = z.object({
  class_name: z.literal('Sequential'),
  config: z.object({
    layers: z.array(z.object({ class_name: z.string(), config: z.looseObject({ name: z.string() }) })).min(1),
  }),
});

const inputShapeSchema = z.tuple([z.null()], z.int().min(1));

/** `use_bias` → `useBias`. */
function camelCase(snake: string): string {
  return snake.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
}

/** The layer as the project file would have it; members of the configuration that no row knows are passed over. */
function layerSpec(className: string, config: Readonly<Record<string, unknown>>): LayerSpec {
  if (!isLayerType(className)) {
    throw unsupportedError(
      'layer-not-trainable',
      `tinyml cannot initialize layers of type ${className}.`,
      `Use layers among ${LAYER_TYPES.join(', ')}.`,
    );
  }
  const fields = Object.entries(config)
    .filter(([, value]) => value !== null)
    .map(([key, value]) => [camelCase(key), value]);
  const parsed = z
    .object(layerRow(className).schema.shape)
    .safeParse({ ...Object.fromEntries(fields), type: className });
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw inputError('layer-config', `${issue.path.join('.')}: ${issue.message}.`);
  }
  return parsed.data as LayerSpec;
}

/** The layers of Keras' Sequential, as `toTopology` makes it, in order. */
export function readTopology(topology: JsonObject): TopologyLayer[] {
  const parsed = sequentialSchema.safeParse(topology);
  const first = parsed.data?.config.layers[0].config.batch_input_shape;
  const given = inputShapeSchema.safeParse(first);
  if (!parsed.success || !given.success) {
    throw inputError(
      'bad-topology',
      'The model is not a Sequential model whose first layer tells the input shape.',
    );
  }
  let shape: Shape = given.data.slice(1) as number[];
  let total = 0;
  return parsed.data.config.layers.map(({ class_name: className, config }) =>
    withErrorContext(`Layer "${config.name}"`, () => {
      const spec = layerSpec(className, config);
      const row = layerRow(spec.type);
      const weights = row.weights?.(spec, shape) ?? [];
      total += weights.reduce((sum, weight) => sum + elementCount(weight.shape), 0);
      if (total > MAX_WEIGHTS) {
        throw unsupportedError(
          'model-too-large',
          `the model has more than ${MAX_WEIGHTS} weights up to here.`,
          'Choose fewer units.',
        );
      }
      const inputShape = shape;
      shape = row.outputShape(spec, inputShape);
      return { name: config.name, spec, inputShape, outputShape: shape, weights };
    }),
  );
}
