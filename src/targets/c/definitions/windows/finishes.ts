/** How the sums of a channel begin and what becomes of them, by what is computed in. */

import type { CDefinition } from '../../c-code.ts';
import { CLAMP, REQUANTIZE, SCALING } from '../arithmetic.ts';
import { CLAMP_FLOAT, NO_CONTRACTION } from '../real-arithmetic.ts';

/** float32; int16 with sums of 64 bits, and with those of 32 that wrap around; int8 whose weights are computed. */
const PRODUCT_KINDS = ['float', 'wide', 'narrow', 'int8'] as const;
export type ProductKind = (typeof PRODUCT_KINDS)[number];

/** The C of sums of products of one kind. */
export interface ProductCode {
  readonly needs: readonly CDefinition[];
  /** Of activations, weights, and the sum. */
  readonly element: 'float' | 'int16_t' | 'int8_t';
  readonly weight: 'float' | 'int8_t';
  readonly sum: 'float' | 'int64_t' | 'uint32_t';
  /** Parameters between those of the shape and those of the operands. */
  readonly parameters: string;
  /** Of `a * b`, as the type of the sum. */
  product(a: string, b: string): string;
  /** The element that `sum` of `channel` is. */
  readonly finished: string;
}

const FINISH_FLOAT: CDefinition = {
  name: 'finish_float',
  needs: [CLAMP_FLOAT],
  text: `/* There may be no bias. */
static inline float finish_float(float sum, const float *bias, int32_t channel, float least, float most)
{
  return clamp_float(bias == NULL ? sum : sum + bias[channel], least, most);
}
`,
};

const WIDE_CHANNEL: CDefinition = {
  name: 'struct wide_channel',
  text: `/* Of an output channel: a bias of 64 bits, and the way to the scale of the output. */
struct wide_channel {
  int32_t bias_low;
  int32_t bias_high;
  int32_t multiplier;
  int32_t shift;
};

/* Limits of an output before its zero point is added. */
struct wide_limits {
  int32_t zero_out;
  int32_t least;
  int32_t most;
};

static inline int64_t with_bias(int64_t sum, const struct wide_channel *channel)
{
  return sum + (int64_t)channel->bias_high * INT64_C(4294967296) + (int64_t)(uint32_t)channel->bias_low;
}
`,
};

/** `MultiplyByQuantizedMultiplier` of int64. */
export const REQUANTIZE_WIDE: CDefinition = {
  name: 'requantize_wide',
  text: `/* x * multiplier * 2^(shift - 15), for x of 48 bits and a multiplier of 15; ties go up, 32 bits of the result remain. */
static inline int32_t requantize_wide(int64_t x, int32_t multiplier, int32_t shift)
{
  const int32_t bits = 15 - shift;

  return (int32_t)((x * multiplier + (INT64_C(1) << (bits - 1))) >> bits);
}
`,
};

const FINISH_WIDE: CDefinition = {
  name: 'finish_wide',
  needs: [WIDE_CHANNEL, REQUANTIZE_WIDE, CLAMP],
  text: `static inline int16_t finish_wide(int64_t sum, const struct wide_channel *channel, const struct wide_limits *limits)
{
  const int32_t scaled = requantize_wide(with_bias(sum, channel), channel->multiplier, channel->shift);
  return (int16_t)(clamp(scaled, limits->least, limits->most) + limits->zero_out);
}
`,
};

const FINISH_NARROW: CDefinition = {
  name: 'finish_narrow',
  needs: [WIDE_CHANNEL, REQUANTIZE, CLAMP],
  text: `/* Of the sum 32 bits remain. */
static inline int16_t finish_narrow(int64_t sum, const struct wide_channel *channel, const struct wide_limits *limits)
{
  const int32_t scaled = requantize((int32_t)with_bias(sum, channel), channel->multiplier, channel->shift);
  return (int16_t)(clamp(scaled, limits->least, limits->most) + limits->zero_out);
}
`,
};

const FINISH_INT8: CDefinition = {
  name: 'finish_int8',
  needs: [SCALING, REQUANTIZE, CLAMP],
  text: `/* What all channels share; limits are those before the zero point is added. */
struct int8_scales {
  int32_t input_zero;
  int32_t zero_out;
  int32_t least;
  int32_t most;
};

/* There may be no bias. Sums wrap around. */
static inline int8_t finish_int8(uint32_t sum, const int32_t *bias, int32_t channel, const struct scaling *scalings,
    const struct int8_scales *q)
{
  const uint32_t biased = bias == NULL ? sum : sum + (uint32_t)bias[channel];
  const int32_t scaled = requantize((int32_t)biased, scalings[channel].multiplier, scalings[channel].shift);

  return (int8_t)(clamp(scaled, q->least, q->most) + q->zero_out);
}
`,
};

function int16(kind: 'wide' | 'narrow', finish: CDefinition): ProductCode {
  return {
    needs: [finish],
    element: 'int16_t',
    weight: 'int8_t',
    sum: 'int64_t',
    parameters: 'const struct wide_channel *channels, const struct wide_limits *limits',
    product: (a, b) => `${a} * ${b}`,
    finished: `finish_${kind}(sum, &channels[channel], limits)`,
  };
}

export const PRODUCTS: Readonly<Record<ProductKind, ProductCode>> = {
  float: {
    needs: [NO_CONTRACTION, FINISH_FLOAT],
    element: 'float',
    weight: 'float',
    sum: 'float',
    parameters: 'const float *bias, float least, float most',
    product: (a, b) => `${a} * ${b}`,
    finished: 'finish_float(sum, bias, channel, least, most)',
  },
  wide: int16('wide', FINISH_WIDE),
  narrow: int16('narrow', FINISH_NARROW),
  int8: {
    needs: [FINISH_INT8],
    element: 'int8_t',
    weight: 'int8_t',
    sum: 'uint32_t',
    parameters: 'const struct int8_scales *q, const struct scaling *scalings, const int32_t *bias',
    product: (a, b) => `(uint32_t)((${a} - q->input_zero) * ${b})`,
    finished: 'finish_int8(sum, bias, channel, scalings, q)',
  },
};

/** The same definition for every kind. */
export function forProducts(
  definitionOf: (kind: ProductKind, code: ProductCode) => CDefinition,
): Readonly<Record<ProductKind, CDefinition>> {
  return {
    float: definitionOf('float', PRODUCTS.float),
    wide: definitionOf('wide', PRODUCTS.wide),
    narrow: definitionOf('narrow', PRODUCTS.narrow),
    int8: definitionOf('int8', PRODUCTS.int8),
  };
}
