/**
 * The layers that a project file may name, with Keras' names and arguments in TensorFlow.js' spelling.
 * A new layer is one row: its fields, the shape it makes and the weights it has.
 */

import { z } from 'zod';
import { inputError } from '../core/errors.ts';
import { elementCount, formatShape, type Shape } from '../core/tensor.ts';

const ACTIVATIONS = ['linear', 'relu', 'relu6', 'sigmoid', 'tanh', 'softmax'] as const;

const MAX_UNITS = 65536;

/** One weight of a layer before training. */
export interface WeightSpec {
  /** `kernel`, `bias`: the part after the layer's name. */
  readonly name: string;
  readonly shape: Shape;
  readonly initializer:
    | { readonly type: 'zeros' }
    | { readonly type: 'random-uniform'; readonly minval: number; readonly maxval: number }
    | { readonly type: 'glorot-uniform'; readonly fanIn: number; readonly fanOut: number };
}

interface LayerRow<Schema extends z.ZodObject> {
  readonly schema: Schema;
  /** Shapes are those of one sample, without the batch. */
  outputShape(layer: z.output<Schema>, input: Shape): Shape;
  weights?(layer: z.output<Schema>, input: Shape): WeightSpec[];
  /** The layer without what only the input's shape decides. */
  resolve?(layer: z.output<Schema>, input: Shape): z.output<Schema>;
}

function defineLayer<Schema extends z.ZodObject>(row: LayerRow<Schema>): LayerRow<Schema> {
  return row;
}

const layerName = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$/, 'a name has 1 to 64 letters, digits, "_", "-" or "."')
  .describe('The name that messages and weights carry; by default the type in lower case with a number.');

function layerSchema<Type extends string, Fields extends z.ZodRawShape>(
  type: Type,
  purpose: string,
  fields: Fields,
) {
  return z.strictObject({ type: z.literal(type).describe(purpose), name: layerName.optional(), ...fields });
}

/** Keras' own notation. Spread biases put the kinks of ReLU units at different places from the start. */
const randomUniform = z
  .strictObject({
    class_name: z.literal('RandomUniform'),
    config: z.strictObject({ minval: z.number(), maxval: z.number() }),
  })
  .refine(({ config }) => config.minval < config.maxval, 'minval must be below maxval');

const activation = z.enum(ACTIVATIONS).describe('The function applied to every output.');

function sameShapeAsInput(_: unknown, input: Shape): Shape {
  return input;
}

/** The last dimension, over which Dense and Softmax work. */
function lastDimension(input: Shape): number {
  const last = input.at(-1);
  if (last === undefined) {
    throw inputError(
      'layer-shape',
      'the input is a single number without a dimension.',
      'Give the data a shape such as [1].',
    );
  }
  return last;
}

function reshaped(targetShape: readonly number[], input: Shape): Shape {
  const available = elementCount(input);
  const known = elementCount(targetShape.filter((dimension) => dimension !== -1));
  const shape = targetShape.map((dimension) => (dimension === -1 ? available / known : dimension));
  if (!shape.every(Number.isInteger) || elementCount(shape) !== available) {
    throw inputError(
      'layer-shape',
      `an input of shape ${formatShape(input)} cannot become ${formatShape(targetShape)}.`,
      `Choose a "targetShape" with ${available} elements.`,
    );
  }
  return shape;
}

const LAYERS = {
  Dense: defineLayer({
    schema: layerSchema('Dense', 'Every output is a weighted sum of all inputs.', {
      units: z.int().min(1).max(MAX_UNITS).describe('The number of outputs.'),
      activation: activation.default('linear'),
      useBias: z.boolean().default(true).describe('Whether a constant is added to every sum.'),
      biasInitializer: randomUniform.optional().describe('The constants before training; by default 0.'),
    }),
    outputShape({ units }, input) {
      lastDimension(input);
      return [...input.slice(0, -1), units];
    },
    weights({ units, useBias, biasInitializer }, input) {
      const depth = lastDimension(input);
      const kernel: WeightSpec = {
        name: 'kernel',
        shape: [depth, units],
        initializer: { type: 'glorot-uniform', fanIn: depth, fanOut: units },
      };
      const bias: WeightSpec = {
        name: 'bias',
        shape: [units],
        initializer:
          biasInitializer === undefined
            ? { type: 'zeros' }
            : { type: 'random-uniform', ...biasInitializer.config },
      };
      return useBias ? [kernel, bias] : [kernel];
    },
  }),
  Activation: defineLayer({
    schema: layerSchema('Activation', 'A function applied to every element.', { activation }),
    outputShape: sameShapeAsInput,
  }),
  ReLU: defineLayer({
    schema: layerSchema('ReLU', 'Negative elements become 0.', {
      maxValue: z.literal(6).optional().describe('6 also limits the elements to at most 6.'),
    }),
    outputShape: sameShapeAsInput,
  }),
  Softmax: defineLayer({
    schema: layerSchema('Softmax', 'Probabilities that add up to 1 along the last dimension.', {}),
    outputShape: sameShapeAsInput,
  }),
  Flatten: defineLayer({
    schema: layerSchema('Flatten', 'All elements in one dimension.', {}),
    outputShape(_, input) {
      // TensorFlow.js refuses the layer here.
      if (input.length < 2) {
        throw inputError(
          'layer-shape',
          `an input of shape ${formatShape(input)} is flat already.`,
          'Remove the layer.',
        );
      }
      return [elementCount(input)];
    },
  }),
  Reshape: defineLayer({
    schema: layerSchema('Reshape', 'The same elements in another shape.', {
      targetShape: z
        .array(z.union([z.int().min(1), z.literal(-1)]))
        .min(1)
        .max(8)
        .refine(
          (shape) => shape.filter((dimension) => dimension === -1).length <= 1,
          '-1 may stand for one dimension only',
        )
        .describe('The shape of one sample; -1 stands for what is left over.'),
    }),
    outputShape: ({ targetShape }, input) => reshaped(targetShape, input),
    // TensorFlow.js loses the shape behind a -1 as long as the batch is open.
    resolve: (layer, input) => ({ ...layer, targetShape: [...reshaped(layer.targetShape, input)] }),
  }),
  Dropout: defineLayer({
    schema: layerSchema('Dropout', 'Sets random elements to 0 while training, against overfitting.', {
      rate: z.number().min(0).lt(1).describe('The share of elements set to 0.'),
    }),
    outputShape: sameShapeAsInput,
  }),
};

export type LayerType = keyof typeof LAYERS;

type LayerSchema = (typeof LAYERS)[LayerType]['schema'];
export type LayerSpec = z.output<LayerSchema>;

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
  outputShape(layer: LayerSpec, input: Shape): Shape;
  weights?(layer: LayerSpec, input: Shape): WeightSpec[];
  resolve?(layer: LayerSpec, input: Shape): LayerSpec;
}

/** The row of a type known at run time only; the schema has matched the layer with it. */
export function layerRow(type: LayerType): AnyLayerRow {
  return LAYERS[type] as unknown as AnyLayerRow;
}
