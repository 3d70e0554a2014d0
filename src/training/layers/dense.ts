/** Dense, activations, and layers that only arrange elements. */

import * as z from 'zod';
import { inputError } from '../../core/errors.ts';
import { counted } from '../../core/figure-text.ts';
import { elementCount, formatShape, type Shape } from '../../core/tensor.ts';
import {
  activation,
  biasInitializer,
  biasWeights,
  defineLayer,
  glorotUniform,
  lastDimension,
  layerSchema,
  MAX_UNITS,
  sameShapeAsInput,
  useBias,
} from './layer.ts';

function reshaped(targetShape: readonly number[], input: Shape): Shape {
  const available = elementCount(input);
  const known = elementCount(targetShape.filter((dimension) => dimension !== -1));
  const shape = targetShape.map((dimension) => (dimension === -1 ? available / known : dimension));
  if (!shape.every(Number.isInteger) || elementCount(shape) !== available) {
    throw inputError(
      'layer-shape',
      `an input of shape ${formatShape(input)} cannot become ${formatShape(targetShape)}.`,
      `Choose a "targetShape" with ${counted(available, 'element')}.`,
    );
  }
  return shape;
}

export const DENSE_LAYERS = {
  Dense: defineLayer({
    schema: layerSchema('Dense', 'Every output is a weighted sum of all inputs.', {
      units: z.int().min(1).max(MAX_UNITS).describe('The number of outputs.'),
      activation: activation.default('linear'),
      useBias,
      biasInitializer,
    }),
    outputShape({ units }, input) {
      lastDimension(input);
      return [...input.slice(0, -1), units];
    },
    weights: (layer, input) => [
      glorotUniform('kernel', [lastDimension(input), layer.units]),
      ...biasWeights(layer, layer.units),
    ],
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
