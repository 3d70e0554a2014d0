/** The `model` section of a project file, and the Keras description that every trainer builds from it. */

import * as z from 'zod';
import { inputError, withErrorContext } from '../core/errors.ts';
import type { JsonObject, JsonValue } from '../core/json.ts';
import { formatShape, type Shape, sameShape } from '../core/tensor.ts';
import { INPUT_NAME, inputAt, isChain, layerInputs } from './layer-inputs.ts';
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

/** An input of a model, of one sample. */
export interface NamedShape {
  readonly name: string;
  readonly shape: Shape;
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

/** Keras' Functional: every layer, the inputs too, with what it reads in its one call. */
function functional(
  layers: readonly KerasLayer[],
  names: readonly string[],
  reads: readonly (readonly number[])[],
  inputs: readonly NamedShape[],
  outputs: readonly number[],
): JsonObject {
  const nameOf = (position: number): string => {
    const input = inputAt(position);
    return input === undefined ? names[position] : inputs[input].name;
  };
  const ends = inputs.map(({ name, shape }) => ({
    class_name: 'InputLayer',
    name,
    config: { name, batch_input_shape: [null, ...shape], dtype: 'float32', sparse: false },
    inbound_nodes: [],
  }));
  const described = layers.map(({ class_name, config }, index) => ({
    class_name,
    name: names[index],
    config,
    inbound_nodes: [reads[index].map((position) => [nameOf(position), 0, 0, {}])],
  }));
  return {
    class_name: 'Functional',
    config: {
      name: 'model',
      layers: [...ends, ...described],
      input_layers: inputs.map(({ name }) => [name, 0, 0]),
      output_layers: outputs.map((position) => [names[position], 0, 0]),
    },
  };
}

function checkInputShape({ inputShape }: ModelSpec, [input, ...others]: readonly NamedShape[]): void {
  if (inputShape === undefined || (others.length === 0 && sameShape(inputShape, input.shape))) return;
  throw inputError(
    'input-shape',
    others.length === 0
      ? `The model's "inputShape" is ${formatShape(inputShape)}, but a sample of the dataset has shape ${formatShape(input.shape)}.`
      : `The model has one "inputShape", and a sample of the dataset has ${others.length + 1} inputs.`,
    'Leave "inputShape" out, or make the two agree.',
  );
}

/**
 * Keras' `{ class_name, config }` for samples of `inputShape`: Sequential where every layer reads the one before it,
 * else Functional, with the layers in the order of the project file. Names are the same for the same layers. Throws an
 * input error naming the layer whose inputs or whose shapes do not fit, or an `inputShape` that is not the data's.
 */
export function toTopology(spec: ModelSpec, inputShape: Shape): JsonObject {
  return topologyOf(spec, [{ name: INPUT_NAME, shape: inputShape }]);
}

/** Positions of the layers that make the outputs: those of their names. */
function outputPositions(names: readonly string[], outputs: readonly string[] | undefined): number[] {
  if (outputs === undefined) return [names.length - 1];
  return outputs.map((output) => {
    const position = names.indexOf(output);
    if (position >= 0) return position;
    throw inputError(
      'layer-output',
      `No layer has the name "${output}", which is that of an output of the dataset.`,
      `Give the layer that ends there this name: { "type": "Dense", "units": 1, "name": "${output}", "inputs": ["${names[0]}"] }.`,
    );
  });
}

/**
 * The same for samples of several inputs, which layers read by their names, and for a model of several outputs, each made by
 * the layer of its name.
 */
export function topologyOf(
  spec: ModelSpec,
  inputs: readonly NamedShape[],
  outputs?: readonly string[],
): JsonObject {
  checkInputShape(spec, inputs);
  const names = layerNames(spec.layers);
  const ends = outputPositions(names, outputs);
  const reads = layerInputs(
    spec.layers,
    names,
    inputs.map(({ name }) => name),
    ends,
  );
  const shapes: Shape[] = [];
  const layers = spec.layers.map((layer, index): KerasLayer => {
    const [input, ...others] = reads[index].map((position) => {
      const ofModel = inputAt(position);
      return ofModel === undefined ? shapes[position] : inputs[ofModel].shape;
    });
    const row = layerRow(layer.type);
    shapes.push(withErrorContext(`Layer "${names[index]}"`, () => row.outputShape(layer, input, ...others)));
    return {
      class_name: layer.type,
      config: layerConfig(row.resolve?.(layer, input) ?? layer, names[index]),
    };
  });
  return ends.length === 1 && isChain(reads)
    ? sequential(layers, inputs[0].shape)
    : functional(layers, names, reads, inputs, ends);
}
