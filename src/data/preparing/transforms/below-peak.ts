import * as z from 'zod';
import { elementCount } from '../../../core/tensor.ts';
import { float32 } from './channel-values.ts';
import type { WholeRule } from './transform.ts';

export const belowPeak: WholeRule<'below-peak'> = {
  parameters: z.strictObject({ range: float32.positive() }),
  misfit: () => undefined,
  apply({ range }, shape) {
    const length = elementCount(shape);
    return (values) => {
      let peak = values[0];
      for (let i = 1; i < length; i++) if (values[i] > peak) peak = values[i];
      const least = Math.fround(peak - range);
      for (let i = 0; i < length; i++) if (values[i] < least) values[i] = least;
    };
  },
};
