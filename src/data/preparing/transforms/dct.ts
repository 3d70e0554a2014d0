import * as z from 'zod';
import { counted } from '../../../core/figure-text.ts';
import { cosineTable, MAX_TRANSFORMED, transformedCount } from '../../../core/samples/cosine-transform.ts';
import { rowsOf } from '../../../core/samples/preparation.ts';
import { formatShape } from '../../../core/tensor.ts';
import { float32 } from './channel-values.ts';
import type { RowRule } from './transform.ts';

export const dct: RowRule<'dct'> = {
  parameters: z.strictObject({
    scales: z.array(float32).min(1).max(MAX_TRANSFORMED),
    keepFirst: z.literal(true).optional(),
  }),
  misfit(parameters, shape) {
    if (shape.length > 2 || shape.length === 0)
      return `transforms rows of bands, and a sample has shape ${formatShape(shape)}`;
    const count = transformedCount(parameters, rowsOf(shape).width);
    if (count > MAX_TRANSFORMED) return `transforms rows of ${MAX_TRANSFORMED} values at most, not ${count}`;
    return parameters.scales.length <= count
      ? undefined
      : `makes ${counted(parameters.scales.length, 'value')} of a row, and a row has ${count}`;
  },
  rows(parameters, shape) {
    const { width } = rowsOf(shape);
    const { scales, keepFirst } = parameters;
    const count = transformedCount(parameters, width);
    const cosine = Float32Array.from(cosineTable(count));
    const sums = new Float32Array(scales.length);
    return {
      compute(from, at, into, to) {
        const bands = at + width - count;
        for (let k = 0; k < scales.length; k++) {
          let sum = 0;
          for (let i = 0, turn = k; i < count; i++) {
            sum = Math.fround(sum + Math.fround(from[bands + i] * cosine[turn]));
            turn += 2 * k;
            if (turn >= 4 * count) turn -= 4 * count;
          }
          sums[k] = scales[k] * sum;
        }
        if (keepFirst) sums[0] = from[at];
        for (let k = 0; k < scales.length; k++) into[to + k] = sums[k];
      },
    };
  },
};
