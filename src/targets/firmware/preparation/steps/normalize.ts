import { channelRows, type Normalize } from '../../../../core/samples/preparation.ts';
import { floatLiteral } from '../../c-literal.ts';
import type { Dialect } from '../dialect.ts';
import { ROUNDED, scratchOf } from '../shared-functions.ts';
import type { WholeWriter } from '../step-code.ts';

interface Size {
  readonly rows: number;
  readonly channels: number;
}

/** What becomes of `VALUE` with the mean or deviation `found`. */
type Use = (value: string) => string;

function overAll({ rows, channels }: Size, deviation: boolean, use: Use, dialect: Dialect): string {
  const loop = `for (int i = channel; i < ${rows * channels}; i += ${channels})`;
  const squares = `    float squares = 0.0f;
    ${loop} {
      const float distance = values[i] - mean;
      squares += ${dialect.helper('rounded')}(distance * distance);
    }
    const float found = ${dialect.squareRoot(`squares / ${floatLiteral(rows)}`)};
`;
  return `  for (int channel = 0; channel < ${channels}; ++channel) {
    float sum = 0.0f;
    ${loop} sum += values[i];
    const float ${deviation ? 'mean' : 'found'} = sum / ${floatLiteral(rows)};
${deviation ? squares : ''}    ${loop} values[i] = ${use('values[i]')};
  }
`;
}

/** Rows are mirrored at the ends, where the last follows itself; `near` walks through them. */
function overWindows(
  { rows, channels }: Size,
  window: number,
  deviation: boolean,
  use: Use,
  dialect: Dialect,
): string {
  const half = (window - 1) / 2;
  // Where the first row of a window lies in the endless walk forth and back over the rows.
  const first = 2 * rows * Math.ceil(half / (2 * rows)) - half;
  const loop = (
    body: string,
  ): string => `      for (int n = 0, place = (row + ${first}) % ${2 * rows}; n < ${window}; ++n) {
        const float near = copy[(place < ${rows} ? place : ${2 * rows - 1} - place) * ${channels} + channel];
        if (++place == ${2 * rows}) place = 0;
${body}      }
`;
  const squares = `      float squares = 0.0f;
${loop(`        const float distance = near - mean;
        squares += ${dialect.helper('rounded')}(distance * distance);
`)}      const float found = ${dialect.squareRoot(`squares / ${floatLiteral(window)}`)};
`;
  return `  for (int i = 0; i < ${rows * channels}; ++i) copy[i] = values[i];
  for (int row = 0; row < ${rows}; ++row) {
    for (int channel = 0; channel < ${channels}; ++channel) {
      float sum = 0.0f;
${loop('        sum += near;\n')}      const float ${deviation ? 'mean' : 'found'} = sum / ${floatLiteral(window)};
${deviation ? squares : ''}      const int i = row * ${channels} + channel;
      values[i] = ${use('copy[i]')};
    }
  }
`;
}

export const normalize: WholeWriter<'normalize'> = ({ divide, window }: Normalize, shape, { dialect }) => {
  const size = channelRows(shape);
  const pass = (deviation: boolean, use: Use): string =>
    window === undefined
      ? overAll(size, deviation, use, dialect)
      : overWindows(size, window, deviation, use, dialect);
  return {
    constants: '',
    functions: [
      ...(divide === undefined ? [] : [ROUNDED]),
      ...(window === undefined ? [] : [scratchOf(size.rows * size.channels)]),
    ],
    headers: divide === undefined ? [] : ['math'],
    statements: [
      ...(window === undefined ? [] : [`  float *const copy = ${dialect.helper('scratch')};\n`]),
      pass(false, (value) => `${value} - found`),
      ...(divide === undefined
        ? []
        : [pass(true, (value) => `${value} / (found + ${floatLiteral(divide.added)})`)]),
    ].join(''),
  };
};
