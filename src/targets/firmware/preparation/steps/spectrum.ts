/** The spectrum of sound as C++ or C: the steps of `core/samples/spectrum.ts`, in the order of `data/preparing/transforms/`. */

import { bandCount, type Spectrum, spectrumSize, spectrumTables } from '../../../../core/samples/spectrum.ts';
import { floatLiteral } from '../../c-literal.ts';
import type { Dialect } from '../dialect.ts';
import { NATURAL_LOGARITHM, ROUNDED } from '../shared-functions.ts';
import { constantArray, type RowWriter } from '../step-code.ts';

/** What the code calls its tables and functions. */
interface Names {
  table(name: string): string;
  readonly rounded: string;
  readonly dialect: Dialect;
}

/** From `from` to complex numbers in bit-reversed order. */
function windowText({ window }: Spectrum, { table, rounded }: Names): string {
  const size = spectrumSize(window);
  const windowed = (place: string): string =>
    window === size
      ? `${rounded}(from[${place}] * ${table('Window')}[${place}])`
      : `${place} < ${window} ? ${rounded}(from[${place}] * ${table('Window')}[${place}]) : 0.0f`;
  return `  for (int i = 0, place = 0; i < ${size}; i += 2) {
    re[place] = ${windowed('i')};
    im[place] = ${windowed('i + 1')};
    int digit = ${size / 4};
    for (; (place & digit) != 0; digit >>= 1) place -= digit;
    place += digit;
  }
`;
}

function transformText(size: number, { table, rounded }: Names): string {
  return `  for (int span = 1; span < ${size / 2}; span *= 2) {
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
  return `  const float lowest = re[0] + im[0];
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
  return `  const float* weight = ${table('Weights')};
  for (int band = 0; band < ${bands}; ++band) {
    float sum = 0.0f;
    const float* power = re + ${table('First')}[band];
    for (int i = 0; i < ${table('Counts')}[band]; ++i) sum += ${rounded}(*weight++ * *power++);
    into[band] =
        sum != sum ? sum : ${dialect.helper('natural_logarithm')}(sum > ${least} ? sum : ${least});
  }
`;
}

export const spectrum: RowWriter<'spectrum'> = (parameters, _, { step, dialect }) => {
  const names: Names = {
    table: (name) => dialect.table(name, step),
    rounded: dialect.helper('rounded'),
    dialect,
  };
  const size = spectrumSize(parameters.window);
  const tables = spectrumTables(parameters);
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
    functions: [ROUNDED, NATURAL_LOGARITHM],
    state: '',
    statements: `  static float re[${size / 2 + 1}];
  static float im[${size / 2}];
${windowText(parameters, names)}${transformText(size, names)}${powerText(size, names)}${bandsText(parameters, bandCount(parameters), names)}`,
  };
};
