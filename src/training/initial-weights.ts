/**
 * Initial weights from seed and topology, the same for every engine: Keras' defaults (`glorot_uniform` kernels,
 * zero biases) and what layers ask for.
 */

import { z } from 'zod';
import { inputError, unsupportedError, withErrorContext } from '../core/errors.ts';
import type { NamedWeight } from '../core/float-model.ts';
import type { JsonObject } from '../core/json.ts';
import { createRandom, type Random } from '../core/random.ts';
import { elementCount, type Shape } from '../core/tensor.ts';
import { isLayerType, LAYER_TYPES, type LayerSpec, layerRow } from './layer-table.ts';
import type { WeightSpec } from './layers/layer.ts';

/** 200 MB of float32; microcontrollers hold a thousandth of it. */
const MAX_WEIGHTS = 50_000_000;

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

function initialize({ shape, initializer }: WeightSpec, random: Random): Float32Array {
  const data = new Float32Array(elementCount(shape));
  if (initializer.type === 'zeros') return data;
  if (initializer.type === 'ones') return data.fill(1);
  if (initializer.type === 'random-uniform') {
    const { minval, maxval } = initializer;
    return data.map(() => minval + (maxval - minval) * random.uniform());
  }
  const limit = Math.sqrt(6 / (initializer.fanIn + initializer.fanOut));
  return data.map(() => (2 * random.uniform() - 1) * limit);
}

/** Named `layer/weight`, in the order of the layers. The topology is Keras' Sequential, as `toTopology` makes it. */
export function createInitialWeights(topology: JsonObject, seed: number): NamedWeight[] {
  const parsed = sequentialSchema.safeParse(topology);
  const first = parsed.data?.config.layers[0].config.batch_input_shape;
  const inputShape = inputShapeSchema.safeParse(first);
  if (!parsed.success || !inputShape.success) {
    throw inputError(
      'bad-topology',
      'The model is not a Sequential model whose first layer tells the input shape.',
    );
  }
  const random = createRandom(seed, 'initial-weights');
  let shape: Shape = inputShape.data.slice(1) as number[];
  let total = 0;
  return parsed.data.config.layers.flatMap(({ class_name: className, config }) =>
    withErrorContext(`Layer "${config.name}"`, () => {
      const row = layerRow(className as LayerSpec['type']);
      const layer = layerSpec(className, config);
      const specs = row.weights?.(layer, shape) ?? [];
      total += specs.reduce((sum, spec) => sum + elementCount(spec.shape), 0);
      if (total > MAX_WEIGHTS) {
        throw unsupportedError(
          'model-too-large',
          `the model has more than ${MAX_WEIGHTS} weights up to here.`,
          'Choose fewer units.',
        );
      }
      shape = row.outputShape(layer, shape);
      return specs.map((spec) => ({
        name: `${config.name}/${spec.name}`,
        shape: spec.shape,
        data: initialize(spec, random),
      }));
    }),
  );
}
