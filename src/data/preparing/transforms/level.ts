import * as z from 'zod';
import { LEVEL_MEASURES, type Level } from '../../../core/samples/preparation.ts';
import { elementCount } from '../../../core/tensor.ts';
import { float32 } from './channel-values.ts';
import type { WholeRule } from './transform.ts';

const positive = float32.refine((value) => value > 0, {
  error: 'must be above 0',
});

/** √(sum of squares / count), every step rounded to float32. */
function rms(values: Float32Array, start: number, length: number): number {
  let sum = 0;
  for (let i = start; i < start + length; i++) sum = Math.fround(sum + Math.fround(values[i] * values[i]));
  return Math.fround(Math.sqrt(Math.fround(sum / length)));
}

function peak(values: Float32Array, start: number, length: number): number {
  let largest = 0;
  for (let i = start; i < start + length; i++) {
    const magnitude = Math.abs(values[i]);
    if (magnitude > largest) largest = magnitude;
  }
  return largest;
}

/** How loud the `length` values from `start` on are. */
export const LEVEL_OF = { rms, peak } as const satisfies Record<Level['measure'], typeof rms>;

export const level: WholeRule<'level'> = {
  parameters: z.strictObject({
    measure: z.enum(LEVEL_MEASURES),
    level: positive,
    floor: positive,
  }),
  misfit: () => undefined,
  apply({ measure, level: wanted, floor }, shape) {
    const length = elementCount(shape);
    const levelOf = LEVEL_OF[measure];
    return (values) => {
      const measured = levelOf(values, 0, length);
      const gain = Math.fround(wanted / (measured > floor ? measured : floor));
      for (let i = 0; i < length; i++) values[i] *= gain;
    };
  },
};
