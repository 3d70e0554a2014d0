/** A topology taken apart again: layers as the project file has them, with what they read, shapes and weights. */

import * as z from 'zod';
import { inputError, unsupportedError, withErrorContext } from '../core/errors.ts';
import type { JsonObject } from '../core/json.ts';
import { elementCount, type Shape } from '../core/tensor.ts';
import { inputAt, inputPosition } from './layer-inputs.ts';
import { isLayerType, LAYER_TYPES, type LayerSpec, layerRow } from './layer-table.ts';
import type { WeightSpec } from './layers/layer.ts';

/** 200 MB of float32; microcontrollers hold a thousandth of it. */
const MAX_WEIGHTS = 50_000_000;

/** One layer of a topology; shapes are those of one sample. */
export interface TopologyLayer {
  readonly name: string;
  readonly spec: LayerSpec;
  /** Positions of the layers that it reads, and of inputs of the model (`inputAt`). */
  readonly inputs: readonly number[];
  /** Of the first of its inputs. */
  readonly inputShape: Shape;
  readonly outputShape: Shape;
  /** In the order of Keras' `get_weights`. */
  readonly weights: readonly WeightSpec[];
}

const configSchema = z.looseObject({ name: z.string() });

const sequentialSchema = z.object({
  class_name: z.literal('Sequential'),
  config: z.object({ layers: z.array(z.object({ class_name: z.string(), config: configSchema })).min(1) }),
});

const callSchema = z.array(z.tuple([z.string(), z.literal(0), z.literal(0)], z.unknown())).min(1);

const functionalSchema = z.object({
  class_name: z.literal('Functional'),
  config: z.object({
    layers: z.array(
      z.object({
        class_name: z.string(),
        config: configSchema,
        inbound_nodes: z.union([z.tuple([]), z.tuple([callSchema])]),
      }),
    ),
    output_layers: z.array(z.tuple([z.string(), z.literal(0), z.literal(0)])).min(1),
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

/** A layer of either kind of model. */
interface Listed {
  readonly className: string;
  readonly config: z.output<typeof configSchema>;
  readonly inputs: readonly number[];
}

interface Listing {
  /** Of every input, with the batch in front. */
  readonly inputShapes: readonly unknown[];
  readonly layers: readonly Listed[];
  /** Names of the layers that make the outputs, in the order of these. */
  readonly outputNames: readonly string[];
}

function badTopology(): Error {
  return inputError(
    'bad-topology',
    'The model is neither a Sequential model whose first layer tells the input shape, nor a Functional one whose layers are listed from its input to its output.',
  );
}

function listSequential({ config: { layers } }: z.output<typeof sequentialSchema>): Listing {
  return {
    inputShapes: [layers[0].config.batch_input_shape],
    layers: layers.map(({ class_name: className, config }, index) => ({
      className,
      config,
      inputs: [index - 1],
    })),
    outputNames: [layers[layers.length - 1].config.name],
  };
}

function listFunctional({
  config: { layers, output_layers: outputs },
}: z.output<typeof functionalSchema>): Listing {
  const isInput = (layer: { readonly class_name: string }) => layer.class_name === 'InputLayer';
  const ends = layers.filter(isInput);
  const positions = new Map(ends.map(({ config }, index) => [config.name, inputPosition(index)]));
  return {
    inputShapes: ends.map(({ config }) => config.batch_input_shape),
    layers: layers
      .filter((layer) => !isInput(layer))
      .map(({ class_name: className, config, inbound_nodes: [call = []] }, index) => {
        const inputs = call.map(([name]) => positions.get(name));
        positions.set(config.name, index);
        if (!inputs.every((position) => position !== undefined)) throw badTopology();
        return { className, config, inputs };
      }),
    outputNames: outputs.map(([name]) => name),
  };
}

function listLayers(topology: JsonObject): Listing {
  const sequential = sequentialSchema.safeParse(topology);
  if (sequential.success) return listSequential(sequential.data);
  const functional = functionalSchema.safeParse(topology);
  if (functional.success) return listFunctional(functional.data);
  throw badTopology();
}

function shapesOf({ inputShapes }: Listing): readonly Shape[] {
  return inputShapes.map((shape) => {
    const given = inputShapeSchema.safeParse(shape);
    if (!given.success) throw badTopology();
    return given.data.slice(1) as number[];
  });
}

/** Of one sample, of each input in the order in which a sample has their values. */
export function topologyInputs(topology: JsonObject): readonly Shape[] {
  return shapesOf(listLayers(topology));
}

/** Positions of the layers that make the outputs, in the order of these. */
export function topologyOutputs(topology: JsonObject): readonly number[] {
  const { layers, outputNames } = listLayers(topology);
  return outputNames.map((name) => {
    const position = layers.findIndex(({ config }) => config.name === name);
    if (position < 0) throw badTopology();
    return position;
  });
}

/** The layers of a topology as `toTopology` makes it, in order: each reads earlier ones. */
export function readTopology(topology: JsonObject): TopologyLayer[] {
  const listing = listLayers(topology);
  const modelInputs = shapesOf(listing);
  const shapes: Shape[] = [];
  let total = 0;
  return listing.layers.map(({ className, config, inputs }) =>
    withErrorContext(`Layer "${config.name}"`, () => {
      const spec = layerSpec(className, config);
      const row = layerRow(spec.type);
      const [inputShape, ...others] = inputs.map((position) => {
        const input = inputAt(position);
        return input === undefined ? shapes[position] : modelInputs[input];
      });
      const weights = row.weights?.(spec, inputShape) ?? [];
      total += weights.reduce((sum, weight) => sum + elementCount(weight.shape), 0);
      if (total > MAX_WEIGHTS) {
        throw unsupportedError(
          'model-too-large',
          `the model has more than ${MAX_WEIGHTS} weights up to here.`,
          'Choose fewer units.',
        );
      }
      const outputShape = row.outputShape(spec, inputShape, ...others);
      shapes.push(outputShape);
      return { name: config.name, spec, inputs, inputShape, outputShape, weights };
    }),
  );
}

/** How many read the output of each: layers, one that reads it twice twice, and the losses of `outputs`. */
export function readerCounts(
  layers: readonly Pick<TopologyLayer, 'inputs'>[],
  outputs: readonly number[],
): readonly number[] {
  const counts = new Array<number>(layers.length).fill(0);
  for (const position of [...layers.flatMap(({ inputs }) => inputs), ...outputs]) {
    if (inputAt(position) === undefined) counts[position]++;
  }
  return counts;
}
