import * as z from 'zod';
import { elementCount } from '../../../core/tensor.ts';
import type { TransformRule } from './transform.ts';

export const decimate: TransformRule<'decimate'> = {
  parameters: z.strictObject({ factor: z.int().positive() }),
  misfit: ({ factor }, shape) =>
    shape.length >= 2 && shape[0] >= factor
      ? undefined
      : `takes the mean of ${factor} rows, and a sample has ${shape.length < 2 ? 'no rows' : shape[0]}`,
  apply({ factor }, shape) {
    const rows = Math.floor(shape[0] / factor);
    const width = elementCount(shape.slice(1));
    return (values) => {
      for (let row = 0; row < rows; row++) {
        for (let at = 0; at < width; at++) {
          const first = row * factor * width + at;
          let sum = values[first];
          for (let next = 1; next < factor; next++) sum = Math.fround(sum + values[first + next * width]);
          values[row * width + at] = sum / factor;
        }
      }
    };
  },
};
