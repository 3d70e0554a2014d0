import * as z from 'zod';
import { MAX_SECTIONS } from '../../../core/samples/filter.ts';
import { rowsOf } from '../../../core/samples/preparation.ts';
import { float32 } from './channel-values.ts';
import { withoutRows } from './rows-misfit.ts';
import type { RowRule } from './transform.ts';

const f = Math.fround;

export const filter: RowRule<'filter'> = {
  parameters: z.strictObject({
    sections: z
      .array(
        z.strictObject({
          b: z.tuple([float32, float32, float32]),
          a: z.tuple([float32, float32]),
        }),
      )
      .min(1)
      .max(MAX_SECTIONS),
  }),
  misfit: (_, shape) => withoutRows('reads rows one after another', shape),
  rows({ sections }, shape) {
    const { width } = rowsOf(shape);
    /** Of every channel two numbers of every section. */
    const kept = new Float32Array(width * sections.length * 2);
    return {
      reset: () => void kept.fill(0),
      compute(from, at, into, to) {
        for (let i = 0, s = 0; i < width; i++, s += 2 * sections.length) {
          let value = from[at + i];
          if (value - value === 0) {
            for (let section = 0, k = s; section < sections.length; section++, k += 2) {
              const { b, a } = sections[section];
              const out = f(f(b[0] * value) + kept[k]);
              kept[k] = f(f(b[1] * value) - f(a[0] * out)) + kept[k + 1];
              kept[k + 1] = f(b[2] * value) - f(a[1] * out);
              value = out;
            }
            if (value - value !== 0) kept.fill(0, s, s + 2 * sections.length);
          }
          into[to + i] = value;
        }
      },
    };
  },
};
