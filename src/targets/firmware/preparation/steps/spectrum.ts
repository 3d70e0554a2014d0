/** The spectrum of sound as C++ or C: the steps of `core/samples/spectrum.ts`, in the order of `data/preparing/transforms/`. */

import {
  bandCount,
  type Spectrum,
  spectrumPoints,
  spectrumTables,
} from '../../../../core/samples/spectrum.ts';
import { floatLiteral } from '../../c-literal.ts';
import type { Dialect } from '../dialect.ts';
import { REAL_POWER } from '../fourier-transform.ts';
import { NATURAL_LOGARITHM, ROUNDED, scratchOf } from '../shared-functions.ts';
import { constantArray, type RowWriter } from '../step-code.ts';

/** What the code calls its tables and functions. */
interface Names {
  table(name: string): string;
  readonly rounded: string;
  readonly dialect: Dialect;
}

/** From `from` to complex numbers in bit-reversed order. */
function windowText(spectrum: Spectrum, { table, rounded }: Names): string {
  const { window } = spectrum;
  const size = spectrumPoints(spectrum);
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

/** What is written of a sum: it, or its logarithm. */
function writtenText({ floor, form }: Spectrum, { dialect }: Names): string {
  const least = floatLiteral(floor);
  return (form?.logarithm ?? true)
    ? `sum != sum ? sum : ${dialect.helper('natural_logarithm')}(sum > ${least} ? sum : ${least})`
    : 'sum';
}

function magnitudeText(spectrum: Spectrum, { dialect }: Names): string {
  return spectrum.form?.magnitude
    ? `  for (int k = 0; k <= ${spectrumPoints(spectrum) / 2}; ++k) re[k] = ${dialect.squareRoot('re[k]')};\n`
    : '';
}

function totalText(spectrum: Spectrum, total: number, names: Names): string {
  return spectrum.form?.total
    ? `  {
    float all = 0.0f;
    for (int k = 0; k <= ${spectrumPoints(spectrum) / 2}; ++k) all += re[k];
    const float sum = ${names.rounded}(${floatLiteral(total)} * all);
    *into++ = ${writtenText(spectrum, names)};
  }
`
    : '';
}

function bandsText(spectrum: Spectrum, names: Names): string {
  const { table, rounded } = names;
  return `  const float* weight = ${table('Weights')};
  for (int band = 0; band < ${bandCount(spectrum)}; ++band) {
    float sum = 0.0f;
    const float* power = re + ${table('First')}[band];
    for (int i = 0; i < ${table('Counts')}[band]; ++i) sum += ${rounded}(*weight++ * *power++);
    into[band] =
        ${writtenText(spectrum, names)};
  }
`;
}

export const spectrum: RowWriter<'spectrum'> = (parameters, _, { step, dialect }) => {
  const names: Names = {
    table: (name) => dialect.table(name, step),
    rounded: dialect.helper('rounded'),
    dialect,
  };
  const { form } = parameters;
  const size = spectrumPoints(parameters);
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
    functions: [
      ROUNDED,
      scratchOf(size + 1),
      REAL_POWER,
      ...((form?.logarithm ?? true) ? [NATURAL_LOGARITHM] : []),
    ],
    headers: form?.magnitude ? ['math'] : [],
    state: '',
    statements: `  float *const re = ${dialect.helper('scratch')};
  float *const im = re + ${size / 2 + 1};
${windowText(parameters, names)}  ${dialect.helper('real_power')}(re, im, ${names.table('Sine')}, ${size});
${magnitudeText(parameters, names)}${totalText(parameters, tables.total, names)}${bandsText(parameters, names)}`,
  };
};
