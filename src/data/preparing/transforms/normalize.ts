import * as z from 'zod';
import { channelRows, type Normalize } from '../../../core/samples/preparation.ts';
import { float32 } from './channel-values.ts';
import { withoutRows } from './rows-misfit.ts';
import type { InPlace, WholeRule } from './transform.ts';

const f = Math.fround;

/** Rows in order, mirrored at the ends, where the last follows itself. */
function mirrored(row: number, rows: number): number {
  const place = ((row % (2 * rows)) + 2 * rows) % (2 * rows);
  return place < rows ? place : 2 * rows - 1 - place;
}

type Use = (value: number, found: number) => number;

/** Root of the mean of squares, or the mean, of values less `mean`. */
interface Measure {
  readonly rows: number;
  readonly channels: number;
  readonly deviation: boolean;
}

function overWindows({ rows, channels, deviation }: Measure, window: number, use: Use): InPlace {
  const copy = new Float32Array(rows * channels);
  const half = (window - 1) / 2;
  return (values) => {
    copy.set(values.subarray(0, rows * channels));
    for (let row = 0; row < rows; row++) {
      for (let channel = 0; channel < channels; channel++) {
        const near = (offset: number): number => copy[mirrored(row + offset, rows) * channels + channel];
        let sum = 0;
        for (let i = -half; i <= half; i++) sum = f(sum + near(i));
        let found = f(sum / window);
        if (deviation) {
          let squares = 0;
          for (let i = -half; i <= half; i++) {
            const distance = f(near(i) - found);
            squares = f(squares + f(distance * distance));
          }
          found = f(Math.sqrt(f(squares / window)));
        }
        values[row * channels + channel] = use(near(0), found);
      }
    }
  };
}

function overAll({ rows, channels, deviation }: Measure, use: Use): InPlace {
  return (values) => {
    for (let channel = 0; channel < channels; channel++) {
      let sum = 0;
      for (let i = channel; i < rows * channels; i += channels) sum = f(sum + values[i]);
      let found = f(sum / rows);
      if (deviation) {
        let squares = 0;
        for (let i = channel; i < rows * channels; i += channels) {
          const distance = f(values[i] - found);
          squares = f(squares + f(distance * distance));
        }
        found = f(Math.sqrt(f(squares / rows)));
      }
      for (let i = channel; i < rows * channels; i += channels) values[i] = use(values[i], found);
    }
  };
}

function pass({ window }: Normalize, measure: Measure, use: Use): InPlace {
  return window === undefined ? overAll(measure, use) : overWindows(measure, window, use);
}

export const normalize: WholeRule<'normalize'> = {
  parameters: z.strictObject({
    divide: z.strictObject({ added: float32.positive() }).optional(),
    window: z
      .int()
      .min(3)
      .max(2 ** 12 - 1)
      .refine((window) => window % 2 === 1, { error: 'must be odd' })
      .optional(),
  }),
  misfit: (_, shape) => withoutRows('takes means over rows', shape),
  apply(parameters, shape) {
    const size = channelRows(shape);
    const centre = pass(parameters, { ...size, deviation: false }, (value, mean) => value - mean);
    const { divide } = parameters;
    if (divide === undefined) return centre;
    const scale = pass(
      parameters,
      { ...size, deviation: true },
      (value, deviation) => value / f(deviation + divide.added),
    );
    return (values) => {
      centre(values);
      scale(values);
    };
  },
};
