/** The `model` section of a project file, and the Keras description that every trainer builds from it. */

import * as z from 'zod';
import { inputError, withErrorContext } from '../core/errors.ts';
import type { JsonObject, JsonValue } from '../core/json.ts';
import { formatShape, type Shape, sameShape } from '../core/tensor.ts';
import { INPUT_NAME, isChain, layerInputs, MODEL_INPUT } from './layer-inputs.ts';
import { LAYER_TYPES, type LayerSpec, layerRow, layerSpecSchema } from './layer-table.ts';

export const modelSpecSchema = z.strictObject({
  inputShape: z
    .array(z.int().min(1))
    .min(1)
    .max(8)
    .optional()
    .describe('The shape of one sample; by default that of the dataset.'),
  layers: z
    .array(layerSpecSchema)
    .min(1)
    .max(256)
    .refine(namesDiffer, 'two layers have the same name')
    .describe(`The layers from input to output: ${LAYER_TYPES.join(', ')}.`),
});

export type ModelSpec = z.output<typeof modelSpecSchema>;

function namesDiffer(layers: readonly { readonly name?: string | undefined }[]): boolean {
  const names = layers.flatMap(({ name }) => (name === undefined ? [] : [name]));
  return new Set(names).size === names.length;
}

/** `useBias` → `use_bias`. */
function snakeCase(camel: string): string {
  return camel.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

/** Keras' own: `ReLU` → `re_lu`, `Conv2D` → `conv2d`. */
function defaultName(type: string): string {
  return type
    .replace(/(.)([A-Z][a-z0-9]+)/g, '$1_$2')
    .replace(/([a-z])([A-Z])/g, '$1_$2')
    .toLowerCase();
}

/** Given names stay; the others are `dense`, `dense_1` … in order, around the given ones. */
function layerNames(layers: readonly LayerSpec[]): string[] {
  const taken = new Set(layers.map(({ name }) => name));
  const counts = new Map<string, number>();
  return layers.map(({ name, type }) => {
    if (name !== undefined) return name;
    const base = defaultName(type);
    for (let count = counts.get(base) ?? 0; ; count++) {
      const candidate = count === 0 ? base : `${base}_${count}`;
      if (taken.has(candidate)) continue;
      counts.set(base, count + 1);
      return candidate;
    }
  });
}

function layerConfig(layer: LayerSpec, name: string): JsonObject {
  const { type: _, name: __, inputs: ___, ...fields } = layer;
  const config: Record<string, JsonValue> = { name, trainable: true, dtype: 'float32' };
  for (const [key, value] of Object.entries(fields)) {
    if (value !== undefined) config[snakeCase(key)] = value;
  }
  return config;
}

interface KerasLayer {
  readonly class_name: string;
  readonly config: JsonObject;
}

/** Keras' Sequential, whose first layer tells the shape of the input. */
function sequential(layers: readonly KerasLayer[], inputShape: Shape): JsonObject {
  const described = layers.map(({ class_name, config }, index) => ({
    class_name,
    config: index === 0 ? { ...config, batch_input_shape: [null, ...inputShape] } : config,
  }));
  return { class_name: 'Sequential', config: { name: 'sequential', layers: described } };
}

/** Keras' Functional: every layer, the input too, with what it reads in its one call. */
function functional(
  layers: readonly KerasLayer[],
  names: readonly string[],
  inputs: readonly (readonly number[])[],
  inputShape: Shape,
): JsonObject {
  const nameOf = (position: number): string => (position === MODEL_INPUT ? INPUT_NAME : names[position]);
  const input = {
    class_name: 'InputLayer',
    name: INPUT_NAME,
    config: { name: INPUT_NAME, batch_input_shape: [null, ...inputShape], dtype: 'float32', sparse: false },
    inbound_nodes: [],
  };
  const described = layers.map(({ class_name, config }, index) => ({
    class_name,
    name: names[index],
    config,
    inbound_nodes: [inputs[index].map((position) => [nameOf(position), 0, 0, {}])],
  }));
  return {
    class_name: 'Functional',
    config: {
      name: 'model',
      layers: [input, ...described],
      input_layers: [[INPUT_NAME, 0, 0]],
      output_layers: [[names[names.length - 1], 0, 0]],
    },
  };
}

/**
 * Keras' `{ class_name, config }` for samples of `inputShape`: Sequential where every layer reads the one before it,
 * else Functional, with the layers in the order of the project file. Names are the same for the same layers. Throws an
 * input error naming the layer whose inputs or whose shapes do not fit, or an `inputShape` that is not the data's.
 */
export function toTopology(spec: ModelSpec, inputShape: Shape): JsonObject {
  if (spec.inputShape !== undefined && !sameShape(spec.inputShape, inputShape)) {
    throw inputError(
      'input-shape',
      `The model's "inputShape" is ${formatShape(spec.inputShape)}, but a sample of the dataset has shape ${formatShape(inputShape)}.`,
      'Leave "inputShape" out, or make the two agree.',
    );
  }
  const names = layerNames(spec.layers);
  const inputs = layerInputs(spec.layers, names);
  const shapes: Shape[] = [];
  const layers = spec.layers.map((layer, index): KerasLayer => {
    const [input, ...others] = inputs[index].map((position) =>
      position === MODEL_INPUT ? inputShape : shapes[position],
    );
    const row = layerRow(layer.type);
    shapes.push(withErrorContext(`Layer "${names[index]}"`, () => row.outputShape(layer, input, ...others)));
    return {
      class_name: layer.type,
      config: layerConfig(row.resolve?.(layer, input) ?? layer, names[index]),
    };
  });
  return isChain(inputs) ? sequential(layers, inputShape) : functional(layers, names, inputs, inputShape);
}
