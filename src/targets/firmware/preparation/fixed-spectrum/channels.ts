/** What becomes of energies, in C: the twins of `kernels/features/filter_bank.ts` and of what follows there. */

import {
  correctionBits,
  FIXED_POINT,
  type FixedSpectrum,
  LEVELS,
  type NoiseReduction,
} from '../../../../core/samples/fixed-spectrum.ts';
import { floatLiteral } from '../../c-literal.ts';
import type { SharedFunction } from '../shared-functions.ts';
import { INLINED, withNames } from './names.ts';

export const LEADING_ZEROS: SharedFunction = {
  name: 'leading_zeros',
  needs: [INLINED],
  headers: ['stdint'],
  text: withNames(`// Of a number that is not 0.
static @PREPARE_INLINE uint32_t @leading_zeros(uint32_t x) {
#if defined(__GNUC__)
  return (uint32_t)__builtin_clz(x);
#else
  uint32_t zeros = 0;
  for (; (x & 0x80000000u) == 0; x <<= 1) ++zeros;
  return zeros;
#endif
}
`),
};

/** Of integers below 2^53, rounded as TFLM's `Sqrt64` does. */
export const SQUARE_ROOT: SharedFunction = {
  name: 'square_root',
  needs: [LEADING_ZEROS],
  headers: ['stdint'],
  text: withNames(`// The square root, rounded. Its first 8 digits are found one by one; a quotient gives 8, and another 15 more, and is at most
// one too large.
static uint32_t @square_root(uint64_t x) {
  if (x == 0) return 0;
  const uint32_t upper = (uint32_t)(x >> 32);
  const uint32_t zeros = upper != 0 ? @leading_zeros(upper) : 32u + @leading_zeros((uint32_t)x);
  // From 2^60 up to 2^62, by an even number of places.
  const uint32_t shift = ((zeros - 2u) & ~1u);
  const uint64_t y = x << shift;
  const uint32_t top = (uint32_t)(y >> 30);
  uint32_t rest = top >> 16;
  uint32_t root = 0;
  for (uint32_t digit = 128u; digit != 0; digit >>= 1) {
    const uint32_t more = (2u * root + digit) * digit;
    if (rest >= more) {
      rest -= more;
      root += digit;
    }
  }
  root = (root << 8) + ((rest << 8) | ((top >> 8) & 0xffu)) / (2u * root);
  if ((uint64_t)root * root > top) --root;
  rest = top - root * root;
  root = (root << 15) + ((rest << 15) | ((uint32_t)(y >> 15) & 0x7fffu)) / (2u * root);
  root >>= shift / 2u;
  if ((uint64_t)root * root > x) --root;
  if (x - (uint64_t)root * root > root && !(upper == 0 && root == 0xffffu)) ++root;
  return root;
}
`),
};

/** The loop over channels ends with their square roots. */
export function channelsText({ channels }: FixedSpectrum, first: number): string {
  return `// Every frequency counts in two channels.
static void $channels(const uint32_t* energies, uint32_t bits, uint32_t* signal) {
  const uint16_t* weight = @kWeights;
  const uint32_t* energy = energies + ${first};
  uint64_t sum = 0;
  for (int32_t band = 0; band <= ${channels}; ++band) {
    const uint32_t* end = energies + @kEnds[band];
    uint64_t next = 0;
    for (; energy < end; ++energy) {
      sum += (uint64_t)*energy * *weight++;
      next += (uint64_t)*energy * *weight++;
    }
    if (band > 0) signal[band - 1] = @square_root(sum) >> bits;
    sum = next;
  }
}
`;
}

export function noiseText(
  { channels }: FixedSpectrum,
  { smoothing, oddSmoothing, remaining }: NoiseReduction,
): string {
  const one = 2 ** FIXED_POINT.NOISE_BITS;
  const shift = FIXED_POINT.SMOOTHING_BITS;
  return `// Takes away what is steady; the estimate of it follows.
static void $reduce_noise(uint32_t* signal, uint32_t* noise) {
  for (int32_t i = 0; i < ${channels}; ++i) {
    const uint32_t smoothing = (i & 1) == 0 ? ${smoothing}u : ${oddSmoothing}u;
    const uint32_t scaled = signal[i] << ${shift};
    const uint32_t estimate =
        (uint32_t)(((uint64_t)scaled * smoothing + (uint64_t)noise[i] * (${one}u - smoothing)) >> ${FIXED_POINT.NOISE_BITS});
    const uint32_t least = (uint32_t)(((uint64_t)signal[i] * ${remaining}u) >> ${FIXED_POINT.NOISE_BITS});
    const uint32_t rest = estimate > scaled ? 0u : (scaled - estimate) >> ${shift};
    noise[i] = estimate;
    signal[i] = rest > least ? rest : least;
  }
}
`;
}

export function gainText({ channels, window }: FixedSpectrum): string {
  const shift = FIXED_POINT.GAIN_BITS - correctionBits(window) - FIXED_POINT.RATIO_BITS;
  return `// What the table says of a number: its first two entries are of 0 and 1, others of parabolas for numbers of as many digits.
static uint32_t $gain(uint32_t x) {
  if (x < 2) return (uint32_t)(int32_t)@kGains[x];
  const uint32_t digits = 32u - @leading_zeros(x);
  const int16_t* row = @kGains + 3u * digits - 4u;
  const int32_t rest = (int32_t)((digits < 11u ? x << (11u - digits) : x >> (digits - 11u)) & 0x3ffu);
  const int32_t curve = ((row[2] * rest) >> 5) + row[1] * 32;
  return (uint32_t)(int32_t)(int16_t)(((curve * rest + (1 << 14)) >> 15) + row[0]);
}

// Makes what is as loud as the noise as loud in all channels.
static void $control_gain(uint32_t* signal, const uint32_t* noise) {
  for (int32_t i = 0; i < ${channels}; ++i) {
    const uint32_t ratio = (uint32_t)(((uint64_t)signal[i] * $gain(noise[i])) >> ${shift});
    signal[i] = ratio < ${2 << FIXED_POINT.RATIO_BITS}u ? (ratio * ratio) >> 20 : (ratio >> 6) - 64u;
  }
}
`;
}

export function logarithmText({ channels, window, levels }: FixedSpectrum): string {
  const { MULTIPLIER, HALF, DIVISOR, MOST } = LEVELS;
  const output =
    levels === undefined
      ? `    to[i] = (float)$logarithm(signal[i]) * ${floatLiteral(2 ** -FIXED_POINT.OUTPUT_BITS)};
`
      : `    const uint32_t level = ($logarithm(signal[i]) * ${MULTIPLIER}u + ${HALF}u) / ${DIVISOR}u;
    to[i] = @rounded((float)(level < ${MOST}u ? level : ${MOST}u) * ${floatLiteral(levels)});
`;
  return `// 64 times the natural logarithm, rounded; 0 for 0 and 1.
static uint32_t $logarithm(uint32_t signal) {
  const uint32_t x = signal << ${correctionBits(window)};
  if (x < 2) return 0;
  const uint32_t digits = 31u - @leading_zeros(x);
  const uint32_t rest = (digits < 16u ? x << (16u - digits) : x >> (digits - 16u)) & 0xffffu;
  const uint16_t* segment = @kExcess + (rest >> 9);
  const int32_t slope = (int32_t)segment[1] - (int32_t)segment[0];
  const uint32_t log2 = (digits << 16) + rest + segment[0] + (uint32_t)((slope * (int32_t)(rest & 511u)) >> 16);
  const uint32_t loge = (uint32_t)((45426u * (uint64_t)log2 + 32768u) >> 16);
  return (64u * loge + 32768u) >> 16;
}

static void $write_row(const uint32_t* signal, float* to) {
  for (int32_t i = 0; i < ${channels}; ++i) {
${output}  }
}
`;
}
