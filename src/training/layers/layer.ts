/** What a row of the layer table is made of: fields, shapes and weights in Keras' terms. */

import * as z from 'zod';
import { inputError } from '../../core/errors.ts';
import { elementCount, type Shape } from '../../core/tensor.ts';

const ACTIVATIONS = ['linear', 'relu', 'relu6', 'sigmoid', 'tanh', 'softmax'] as const;

export const MAX_UNITS = 65536;

/** One weight of a layer before training. */
export interface WeightSpec {
  /** `kernel`, `bias`: the part after the layer's name. */
  readonly name: string;
  readonly shape: Shape;
  readonly initializer:
    | { readonly type: 'zeros' }
    | { readonly type: 'ones' }
    /** Rows, or columns where there are fewer, of length 1 and at right angles. */
    | { readonly type: 'orthogonal' }
    /** Of four gates, of which the second starts with 1: what an LSTM remembers stays at first. */
    | { readonly type: 'forget-gate-ones' }
    | { readonly type: 'random-uniform'; readonly minval: number; readonly maxval: number }
    | { readonly type: 'glorot-uniform'; readonly fanIn: number; readonly fanOut: number };
}

export interface LayerRow<Schema extends z.ZodObject> {
  readonly schema: Schema;
  /** Whether it reads two inputs or more; other layers read one. */
  readonly merges?: true;
  /** Shapes are those of one sample, without the batch. */
  outputShape(layer: z.output<Schema>, input: Shape, ...others: Shape[]): Shape;
  /** In the order of Keras' `get_weights`. */
  weights?(layer: z.output<Schema>, input: Shape): WeightSpec[];
  /** The layer as Keras writes it: without what only the input's shape decides, and without short forms. */
  resolve?(layer: z.output<Schema>, input: Shape): z.output<Schema>;
}

export function defineLayer<Schema extends z.ZodObject>(row: LayerRow<Schema>): LayerRow<Schema> {
  return row;
}

const layerName = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$/, 'a name has 1 to 64 letters, digits, "_", "-" or "."')
  .describe('The name that messages and weights carry; by default the type in lower case with a number.');

const layerInputs = z
  .array(z.string().max(64))
  .min(1)
  .max(64)
  .optional()
  .describe(
    'The names of the layers that it reads, "input" for the sample itself; by default the layer before.',
  );

export function layerSchema<Type extends string, Fields extends z.ZodRawShape>(
  type: Type,
  purpose: string,
  fields: Fields,
) {
  return z.strictObject({
    type: z.literal(type).describe(purpose),
    name: layerName.optional(),
    inputs: layerInputs,
    ...fields,
  });
}

export const activation = z.enum(ACTIVATIONS).describe('The function applied to every output.');

export const useBias = z.boolean().default(true).describe('Whether a constant is added to every sum.');

/** Keras' own notation. Spread biases put the kinks of ReLU units at different places from the start. */
export const biasInitializer = z
  .strictObject({
    class_name: z.literal('RandomUniform'),
    config: z.strictObject({ minval: z.number(), maxval: z.number() }),
  })
  .refine(({ config }) => config.minval < config.maxval, 'minval must be below maxval')
  .optional()
  .describe('The constants before training; by default 0.');

/** Keras' `glorot_uniform`: a kernel ends in [inputs, outputs], and what stands before counts for both. */
export function glorotUniform(name: string, shape: Shape): WeightSpec {
  const [inputs, outputs] = shape.slice(-2);
  const receptive = elementCount(shape.slice(0, -2));
  return {
    name,
    shape,
    initializer: { type: 'glorot-uniform', fanIn: inputs * receptive, fanOut: outputs * receptive },
  };
}

/** None without `useBias`. */
export function biasWeights(
  layer: { readonly useBias: boolean; readonly biasInitializer?: z.output<typeof biasInitializer> },
  units: number,
): WeightSpec[] {
  if (!layer.useBias) return [];
  const initializer: WeightSpec['initializer'] =
    layer.biasInitializer === undefined
      ? { type: 'zeros' }
      : { type: 'random-uniform', ...layer.biasInitializer.config };
  return [{ name: 'bias', shape: [units], initializer }];
}

export function sameShapeAsInput(_: unknown, input: Shape): Shape {
  return input;
}

/** The last dimension: features or channels. */
export function lastDimension(input: Shape): number {
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
