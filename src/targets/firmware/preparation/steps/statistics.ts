/** Windows of readings as C++ or C: the steps of `core/samples/statistics.ts`, in the order of `data/preparing/transforms/`. */

import { transformSines } from '../../../../core/samples/spectrum.ts';
import {
  type Measure,
  numbersOf,
  powerFrames,
  type Statistics,
  type WindowPower,
} from '../../../../core/samples/statistics.ts';
import { floatLiteral } from '../../c-literal.ts';
import type { Dialect } from '../dialect.ts';
import { REAL_POWER } from '../fourier-transform.ts';
import { FORM, SPREAD } from '../moments.ts';
import { NATURAL_LOGARITHM, ROUNDED, type SharedFunction, scratchOf } from '../shared-functions.ts';
import { constantArray, type Place, type RowWriter } from '../step-code.ts';

/** The least number that float32 holds in full. */
const LEAST = floatLiteral(2 ** -126);

/** What the measures of readings are found with, where one of `of` is asked for. */
interface Part {
  readonly of: readonly Measure[];
  readonly before: string;
  readonly each: string;
  readonly behind?: (window: number, dialect: Dialect) => string;
}

const PARTS: readonly Part[] = [
  {
    of: ['minimum', 'peak-to-peak'],
    before: 'float least = at[0];',
    each: 'if (value < least) least = value;',
  },
  {
    of: ['maximum', 'peak-to-peak'],
    before: 'float most = at[0];',
    each: 'if (value > most) most = value;',
  },
  {
    of: ['crest'],
    before: 'float peak = 0.0f;',
    each: 'if ((value < 0.0f ? -value : value) > peak) peak = value < 0.0f ? -value : value;',
  },
  {
    of: ['rms', 'crest'],
    before: 'float squares = 0.0f;',
    each: 'squares += ROUNDED(value * value);',
    behind: (window, { squareRoot }) =>
      `const float rms = ${squareRoot(`squares / ${floatLiteral(window)}`)};`,
  },
  {
    of: ['zero-crossings'],
    before: 'int crossings = 0;\n    int was_above = at[0] > 0.0f;',
    each: 'const int is_above = value > 0.0f;\n      crossings += is_above != was_above;\n      was_above = is_above;',
  },
  {
    of: ['mean-crossings'],
    before: 'int mean_crossings = 0;\n    int was_above_mean = 0.0f - mean > 0.0f;',
    each: 'const int is_above_mean = (value - at[0]) - mean > 0.0f;\n      mean_crossings += is_above_mean != was_above_mean;\n      was_above_mean = is_above_mean;',
  },
];

/** The expression of each measure. */
function measured(measure: Measure, window: number, { cast }: Dialect): string {
  switch (measure) {
    case 'mean':
      return 'at[0] + mean';
    case 'crest':
      return 'rms == 0.0f ? 0.0f : peak / rms';
    case 'peak-to-peak':
      return 'most - least';
    case 'minimum':
      return 'least';
    case 'maximum':
      return 'most';
    case 'zero-crossings':
      return `${cast('float', 'crossings')} / ${floatLiteral(window)}`;
    case 'mean-crossings':
      return `${cast('float', 'mean_crossings')} / ${floatLiteral(window)}`;
    case 'rms':
    case 'deviation':
    case 'skewness':
    case 'kurtosis':
      return measure;
  }
}

function takesForm(measures: readonly Measure[]): boolean {
  return measures.includes('skewness') || measures.includes('kurtosis');
}

function measuresText({ window, measures }: Statistics, channels: number, dialect: Dialect): string {
  const parts = PARTS.filter(({ of }) => of.some((measure) => measures.includes(measure)));
  const rounded = dialect.helper('rounded');
  const lines = (texts: readonly string[], indent: string): string =>
    texts.map((text) => `${indent}${text.replace('ROUNDED', rounded)}\n`).join('');
  const form = takesForm(measures)
    ? `    float skewness;
    float kurtosis;
    ${dialect.helper('form')}(at, ${window}, ${channels}, mean, deviation, &skewness, &kurtosis);
`
    : '';
  const loop =
    parts.length === 0
      ? ''
      : `${lines(
          parts.map(({ before }) => before),
          '    ',
        )}    for (int i = 0; i < ${window}; ++i) {
      const float value = at[i * ${channels}];
${lines(
  parts.map(({ each }) => each),
  '      ',
)}    }
${lines(
  parts.flatMap(({ behind }) => (behind === undefined ? [] : [behind(window, dialect)])),
  '    ',
)}`;
  const writes = measures.map((measure) => `    *made++ = ${measured(measure, window, dialect)};\n`).join('');
  return `${form}${loop}${writes}`;
}

/** Leaves the power of each frequency in `held`. */
function powerText(
  window: number,
  power: WindowPower,
  channels: number,
  sine: string,
  { helper }: Dialect,
): string {
  const { points, hop, hold } = power;
  const frames = powerFrames(window, power);
  const divisor = floatLiteral(4 * points * (hold === 'mean' ? frames : 1));
  const distance = (place: string): string =>
    `${place} < ${window} ? (at[(${place}) * ${channels}] - at[0]) - mean : 0.0f`;
  return `    for (int k = 0; k <= ${points / 2}; ++k) held[k] = 0.0f;
    for (int start = 0; start < ${frames * hop}; start += ${hop}) {
      for (int i = start, place = 0; i < start + ${points}; i += 2) {
        re[place] = ${distance('i')};
        im[place] = ${distance('i + 1')};
        int digit = ${points / 4};
        for (; (place & digit) != 0; digit >>= 1) place -= digit;
        place += digit;
      }
      ${helper('real_power')}(re, im, ${sine}, ${points});
      for (int k = 0; k <= ${points / 2}; ++k) ${hold === 'mean' ? 'held[k] += re[k];' : 'if (re[k] > held[k]) held[k] = re[k];'}
    }
    for (int k = 0; k <= ${points / 2}; ++k) held[k] /= ${divisor};
`;
}

function powerMeasuresText({ measures, points }: WindowPower, { helper }: Dialect): string {
  if (measures.length === 0) return '';
  const count = points / 2 + 1;
  return `    float over_mean;
    float over_skewness;
    float over_kurtosis;
    const float over_deviation = ${helper('spread')}(held, ${count}, 1, &over_mean);
    ${helper('form')}(held, ${count}, 1, over_mean, over_deviation, &over_skewness, &over_kurtosis);
${measures.map((measure) => `    *made++ = over_${measure};\n`).join('')}`;
}

function bandsText({ edges, logarithm }: WindowPower, edgeTable: string, { helper }: Dialect): string {
  const value =
    logarithm === undefined
      ? 'sum'
      : `sum != sum ? sum
                          : ${helper('rounded')}(${floatLiteral(logarithm.scale)} * ${helper('natural_logarithm')}(
                                sum > 0.0f ? (sum > ${LEAST} ? sum : ${LEAST}) : ${floatLiteral(logarithm.zero)}))`;
  return `    for (int band = 0; band < ${edges.length - 1}; ++band) {
      float sum = 0.0f;
      for (int k = ${edgeTable}[band]; k < ${edgeTable}[band + 1]; ++k) sum += held[k];
      *made++ = ${value};
    }
`;
}

interface PowerCode {
  readonly constants: string;
  readonly functions: readonly SharedFunction[];
  /** Arrays behind what is made. */
  readonly arrays: string;
  readonly room: number;
  readonly statements: string;
}

function powerCode({ window, power }: Statistics, channels: number, { step, dialect }: Place): PowerCode {
  if (power === undefined) return { constants: '', functions: [], arrays: '', room: 0, statements: '' };
  const { points, edges, measures, logarithm } = power;
  const [sine, edgeTable] = [dialect.table('Sine', step), dialect.table('Edges', step)];
  return {
    constants: `// The sines of three quarters of a turn; where bands of frequencies begin and end.
${constantArray('float', dialect, sine, transformSines(points).map(floatLiteral))}${constantArray('int', dialect, edgeTable, edges.map(String))}`,
    functions: [
      REAL_POWER,
      ...(measures.length > 0 ? [FORM] : []),
      ...(logarithm === undefined ? [] : [NATURAL_LOGARITHM]),
    ],
    arrays: `  float *const held = made + NUMBERS;
  float *const re = held + ${points / 2 + 1};
  float *const im = re + ${points / 2 + 1};
`,
    room: 2 * (points / 2 + 1) + points / 2,
    statements: `${powerText(window, power, channels, sine, dialect)}${powerMeasuresText(power, dialect)}${bandsText(power, edgeTable, dialect)}`,
  };
}

export const statistics: RowWriter<'statistics'> = (parameters, [, channels], place) => {
  const { window, measures } = parameters;
  const { dialect } = place;
  const numbers = numbersOf(parameters);
  const power = powerCode(parameters, channels, place);
  return {
    constants: power.constants,
    functions: [
      ROUNDED,
      scratchOf(channels * numbers + power.room),
      SPREAD,
      ...(takesForm(measures) ? [FORM] : []),
      ...power.functions,
    ],
    state: '',
    // What is made may take the place of readings that other channels still want.
    statements: `  float *made = ${dialect.helper('scratch')};
${power.arrays.replace('NUMBERS', String(channels * numbers))}  for (int channel = 0; channel < ${channels}; ++channel) {
    const float *const at = from + channel;
    float mean;
    const float deviation = ${dialect.helper('spread')}(at, ${window}, ${channels}, &mean);
    if (!(deviation - deviation == 0.0f)) {
      for (int i = 0; i < ${numbers}; ++i) *made++ = deviation - deviation;
      continue;
    }
${measuresText(parameters, channels, dialect)}${power.statements}  }
  for (int i = 0; i < ${channels * numbers}; ++i) into[i] = ${dialect.helper('scratch')}[i];
`,
  };
};
