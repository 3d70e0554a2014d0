/** The spectrum of sound as C++ or C: the steps of `core/samples/spectrum.ts`, in the order of `data/preparing/transforms/`. */

import {
  LOGARITHM,
  type Spectrum,
  spectrumShape,
  spectrumSize,
  spectrumTables,
} from '../../../core/samples/spectrum.ts';
import type { Shape } from '../../../core/tensor.ts';
import { floatLiteral } from '../c-literal.ts';
import { constantArray, type TransformCode } from './code.ts';
import type { Dialect } from './dialect.ts';

const hex = (value: number): string => `0x${value.toString(16)}u`;

/** What the code calls its tables and functions. */
interface Names {
  table(name: string): string;
  readonly rounded: string;
  readonly dialect: Dialect;
}

/** From `values` to complex numbers in bit-reversed order. */
function windowText({ window, hop }: Spectrum, { table, rounded }: Names): string {
  const size = spectrumSize(window);
  const windowed = (place: string): string =>
    window === size
      ? `${rounded}(from[${place}] * ${table('Window')}[${place}])`
      : `${place} < ${window} ? ${rounded}(from[${place}] * ${table('Window')}[${place}]) : 0.0f`;
  return `      const float* from = values + frame * ${hop};
      for (int i = 0, place = 0; i < ${size}; i += 2) {
        re[place] = ${windowed('i')};
        im[place] = ${windowed('i + 1')};
        int digit = ${size / 4};
        for (; (place & digit) != 0; digit >>= 1) place -= digit;
        place += digit;
      }
`;
}

function transformText(size: number, { table, rounded }: Names): string {
  return `      for (int span = 1; span < ${size / 2}; span *= 2) {
        for (int j = 0; j < span; ++j) {
          const int turn = j * (${size / 2} / span);
          const float s = ${table('Sine')}[turn];
          const float c = ${table('Sine')}[turn + ${size / 4}];
          for (int a = j; a < ${size / 2}; a += 2 * span) {
            const int b = a + span;
            const float real = ${rounded}(c * re[b]) + ${rounded}(s * im[b]);
            const float imaginary = ${rounded}(c * im[b]) - ${rounded}(s * re[b]);
            re[b] = re[a] - real;
            im[b] = im[a] - imaginary;
            re[a] += real;
            im[a] += imaginary;
          }
        }
      }
`;
}

function powerText(size: number, { table, rounded }: Names): string {
  return `      const float lowest = re[0] + im[0];
      const float highest = re[0] - im[0];
      re[0] = ${rounded}((lowest + lowest) * (lowest + lowest));
      re[${size / 2}] = ${rounded}((highest + highest) * (highest + highest));
      for (int k = 1, m = ${size / 2 - 1}; k <= m; ++k, --m) {
        const float even_re = re[k] + re[m];
        const float even_im = im[k] - im[m];
        const float odd_re = im[k] + im[m];
        const float odd_im = re[m] - re[k];
        const float s = ${table('Sine')}[k];
        const float c = ${table('Sine')}[k + ${size / 4}];
        const float real = ${rounded}(c * odd_re) + ${rounded}(s * odd_im);
        const float imaginary = ${rounded}(c * odd_im) - ${rounded}(s * odd_re);
        const float low_re = even_re + real;
        const float low_im = even_im + imaginary;
        const float high_re = even_re - real;
        const float high_im = even_im - imaginary;
        re[k] = ${rounded}(low_re * low_re) + ${rounded}(low_im * low_im);
        re[m] = ${rounded}(high_re * high_re) + ${rounded}(high_im * high_im);
      }
`;
}

function bandsText({ floor }: Spectrum, bands: number, { table, rounded, dialect }: Names): string {
  const least = floatLiteral(floor);
  return `      const float* weight = ${table('Weights')};
      for (int band = 0; band < ${bands}; ++band) {
        float sum = 0.0f;
        const float* power = re + ${table('First')}[band];
        for (int i = 0; i < ${table('Counts')}[band]; ++i) sum += ${rounded}(*weight++ * *power++);
        values[frame * ${bands} + band] =
            ${dialect.isNaN('sum')} ? sum : ${dialect.helper('natural_logarithm')}(sum > ${least} ? sum : ${least});
      }
`;
}

/** For numbers from 2^-126 on. */
export function logarithmFunction(dialect: Dialect): string {
  const rounded = dialect.helper('rounded');
  return `// The natural logarithm of a number that is not too small for all its digits, in steps that round alike everywhere.
${dialect.inlineFunction} float ${dialect.helper('natural_logarithm')}(float x) {
  ${dialect.bits} bits;
  ${dialect.copyBytes}(&bits, &x, sizeof bits);
  bits += ${hex(LOGARITHM.OFFSET)};
  const float exponent = ${dialect.cast('float', `${dialect.cast('int', 'bits >> 23')} - 127`)};
  bits = (bits & 0x7fffffu) + ${hex(LOGARITHM.ROOT)};
  float m;
  ${dialect.copyBytes}(&m, &bits, sizeof m);
  const float s = (m - 1.0f) / (m + 1.0f);
  const float square = ${rounded}(s * s);
  float sum = ${floatLiteral(LOGARITHM.TERMS[0])};
${LOGARITHM.TERMS.slice(1)
  .map((term) => `  sum = ${rounded}(sum * square) + ${floatLiteral(term)};\n`)
  .join('')}  const float twice = s + s;
  const float small = ${rounded}(twice * ${rounded}(square * sum)) + ${rounded}(exponent * ${floatLiteral(LOGARITHM.LN2_LOW)});
  return ${rounded}(exponent * ${floatLiteral(LOGARITHM.LN2_HIGH)}) + (twice + small);
}
`;
}

/** `shape` is that of a sample before the transform. */
export function spectrumCode(
  spectrum: Spectrum,
  shape: Shape,
  { step, dialect }: { readonly step: number; readonly dialect: Dialect },
): TransformCode {
  const names: Names = {
    table: (name) => dialect.table(name, step),
    rounded: dialect.helper('rounded'),
    dialect,
  };
  const size = spectrumSize(spectrum.window);
  const [frames, bands] = spectrumShape(spectrum, shape);
  const tables = spectrumTables(spectrum);
  const floats = (name: string, values: readonly number[]): string =>
    constantArray('float', dialect, names.table(name), values.map(floatLiteral));
  const integers = (name: string, values: readonly number[]): string =>
    constantArray('int', dialect, names.table(name), values.map(String));
  const weights = tables.bands.flatMap((band) => band.weights);
  return {
    constants: `// How windows fade in and out; the sines of three quarters of a turn.
${floats('Window', tables.window)}${floats('Sine', tables.sine)}// The lowest frequency of each band, how many it has, and their weights.
${integers(
  'First',
  tables.bands.map(({ first }) => first),
)}${integers(
  'Counts',
  tables.bands.map((band) => band.weights.length),
)}${floats('Weights', weights)}`,
    statements: `    static float re[${size / 2 + 1}];
    static float im[${size / 2}];
    for (int frame = 0; frame < ${frames}; ++frame) {
${windowText(spectrum, names)}${transformText(size, names)}${powerText(size, names)}${bandsText(spectrum, bands, names)}    }
`,
  };
}
