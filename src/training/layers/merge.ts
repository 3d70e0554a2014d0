/** Layers that make one output of several inputs. */

import * as z from 'zod';
import { inputError } from '../../core/errors.ts';
import { formatShape, type Shape, sameShape } from '../../core/tensor.ts';
import { defineLayer, lastDimension, layerSchema } from './layer.ts';

function refuse(shapes: readonly Shape[], need: string): Error {
  return inputError(
    'layer-shape',
    `its inputs have the shapes ${shapes.map(formatShape).join(' and ')}, but ${need}.`,
    'Change the layers in front of it, or their padding.',
  );
}

export const MERGE_LAYERS = {
  Add: defineLayer({
    merges: true,
    schema: layerSchema('Add', 'The sum of two inputs or more of one shape, element by element.', {}),
    outputShape(_, ...inputs) {
      const [first] = inputs;
      if (!inputs.every((shape) => sameShape(shape, first))) throw refuse(inputs, 'they must be the same');
      return first;
    },
  }),
  Concatenate: defineLayer({
    merges: true,
    schema: layerSchema('Concatenate', 'Two inputs or more, one behind the other along the last dimension.', {
      axis: z.literal(-1).default(-1).describe('Always the last dimension.'),
    }),
    outputShape(_, ...inputs) {
      const leading = inputs[0].slice(0, -1);
      const last = inputs.map(lastDimension).reduce((sum, size) => sum + size, 0);
      if (!inputs.every((shape) => sameShape(shape.slice(0, -1), leading))) {
        throw refuse(inputs, 'only the last dimension may differ');
      }
      return [...leading, last];
    },
  }),
};
