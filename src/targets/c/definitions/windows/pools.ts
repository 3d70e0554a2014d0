/** Pooling of float32 and int16 images: the twins of `kernels/float/pool.ts` and `kernels/quantized/pool.ts`. */

import type { CDefinition } from '../../c-code.ts';
import { CLAMP } from '../arithmetic.ts';
import { CLAMP_FLOAT, NO_CONTRACTION } from '../real-arithmetic.ts';
import { overPixels, overTaps, TAPS_INSIDE } from './sliding-window.ts';

interface PoolCode {
  readonly needs: readonly CDefinition[];
  readonly headers?: CDefinition['headers'];
  readonly comment: string;
  readonly element: 'float' | 'int16_t';
  readonly limit: 'float' | 'int32_t';
  /** Statements and expressions of `total`, `value` and `taps`. */
  readonly begin: string;
  readonly add: string;
  readonly end: string;
}

function pool(
  name: string,
  { needs, headers, comment, element, limit, begin, add, end }: PoolCode,
): CDefinition {
  const usesTaps = end.includes('taps');
  const taps = '      const int32_t taps = (rows.end - rows.first) * (columns.end - columns.first);\n\n';
  return {
    name,
    needs: [TAPS_INSIDE, ...needs],
    ...(headers === undefined ? {} : { headers }),
    text: `/* ${comment} */
static void ${name}(const struct sliding_window *w, ${limit} least, ${limit} most, const ${element} *input,
    ${element} *output)
{
${overPixels(`${usesTaps ? taps : ''}      for (int32_t channel = 0; channel < w->input_depth; channel++) {
        ${begin}

${overTaps(`            const ${element} value = input[at * w->input_depth + channel];
            ${add}`)}
        *output++ = ${end};
      }`)}}
`,
  };
}

const FLOAT = { needs: [CLAMP_FLOAT], element: 'float', limit: 'float' } as const;
const INT16 = { needs: [CLAMP], element: 'int16_t', limit: 'int32_t' } as const;

export const AVERAGE_POOL_FLOAT = pool('average_pool_float', {
  ...FLOAT,
  comment: 'What lies outside the image does not count.',
  begin: 'float total = 0.0f;',
  add: 'total += value;',
  end: 'clamp_float(total / (float)taps, least, most)',
});

export const MAX_POOL_FLOAT = pool('max_pool_float', {
  ...FLOAT,
  comment: 'The largest of every window.',
  begin: 'float largest = -3.40282347e+38f;',
  add: 'largest = value > largest ? value : largest;',
  end: 'clamp_float(largest, least, most)',
});

export const L2_POOL_FLOAT = pool('l2_pool_float', {
  ...FLOAT,
  needs: [NO_CONTRACTION, CLAMP_FLOAT],
  headers: ['math.h'],
  comment: 'The root of the mean square of every window; what lies outside the image does not count.',
  begin: 'float squares = 0.0f;',
  add: 'squares += value * value;',
  end: 'clamp_float(sqrtf(squares / (float)taps), least, most)',
});

export const AVERAGE_POOL_INT16 = pool('average_pool_int16', {
  ...INT16,
  comment: 'What lies outside the image does not count; ties round away from zero.',
  begin: 'int32_t total = 0;',
  add: 'total += value;',
  end: '(int16_t)clamp((total > 0 ? total + taps / 2 : total - taps / 2) / taps, least, most)',
});

export const MAX_POOL_INT16 = pool('max_pool_int16', {
  ...INT16,
  comment: 'The largest of every window.',
  begin: 'int32_t largest = INT16_MIN;',
  add: 'largest = value > largest ? value : largest;',
  end: '(int16_t)clamp(largest, least, most)',
});
