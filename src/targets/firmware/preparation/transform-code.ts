/**
 * Every transform as C++ or C: the same operations in the same order as `data/preparing/transforms/`, so the same bits. Products
 * pass through `rounded`, or a compiler could join them with the next addition and round once.
 */

import {
  type OneHot,
  placeCount,
  type Transform,
  type TransformName,
  type TransformParameters,
} from '../../../core/samples/preparation.ts';
import { elementCount, type Shape } from '../../../core/tensor.ts';
import { floatLiteral } from '../c-literal.ts';
import { constantArray, type TransformCode } from './code.ts';
import type { Dialect } from './dialect.ts';
import { spectrumCode } from './spectrum-code.ts';

/** Where a transform stands, from 1, which keeps the names of arrays apart; and the language. */
export interface Place {
  readonly step: number;
  readonly dialect: Dialect;
}

/** One statement for every value, with `channel` where it needs one; a single channel needs no table. */
function ofChannels(
  shape: Shape,
  { step, dialect }: Place,
  tables: Readonly<Record<string, readonly number[]>>,
  statement: (of: (table: string) => string) => string,
): TransformCode {
  const length = elementCount(shape);
  const channels = shape.at(-1) ?? 1;
  const entries = Object.entries(tables);
  const constants = entries
    .map(([name, values]) =>
      constantArray('float', dialect, dialect.table(name, step), values.map(floatLiteral)),
    )
    .join('');
  const body = statement((table) => `${dialect.table(table, step)}[i % ${channels}]`);
  return { constants, statements: `    for (int i = 0; i < ${length}; ++i) {\n${body}    }\n` };
}

const LEVEL_STATEMENTS = {
  rms: (length: number, { helper, squareRoot }: Dialect) => `    float sum = 0.0f;
    for (int i = 0; i < ${length}; ++i) sum += ${helper('rounded')}(values[i] * values[i]);
    const float measured = ${squareRoot(`sum / ${floatLiteral(length)}`)};
`,
  peak: (length: number, { magnitude }: Dialect) => `    float measured = 0.0f;
    for (int i = 0; i < ${length}; ++i) {
      const float magnitude = ${magnitude('values[i]')};
      if (magnitude > measured) measured = magnitude;
    }
`,
} as const;

function oneHotTables({ columns }: OneHot, channels: number): Record<'width' | 'start' | 'count', number[]> {
  const tables = { width: [] as number[], start: [] as number[], count: [] as number[] };
  let start = 0;
  for (let channel = 0; channel < channels; channel++) {
    const rule = columns.find(({ column }) => column === channel);
    tables.width.push(rule === undefined ? 0 : placeCount(rule));
    tables.count.push(rule?.places.length ?? 0);
    tables.start.push(start);
    start += rule?.places.length ?? 0;
  }
  return tables;
}

const CODE: {
  readonly [Name in TransformName]: (
    parameters: TransformParameters[Name],
    shape: Shape,
    place: Place,
  ) => TransformCode;
} = {
  affine: ({ offset, scale }, shape, place) =>
    ofChannels(
      shape,
      place,
      { Offset: offset, Scale: scale },
      (of) => `      const float centred = values[i] - ${of('Offset')};
      values[i] = ${place.dialect.helper('rounded')}(centred * ${of('Scale')});
`,
    ),
  clip: ({ low, high }, shape, place) =>
    ofChannels(
      shape,
      place,
      { Low: low, High: high },
      (of) => `      if (values[i] < ${of('Low')}) values[i] = ${of('Low')};
      if (values[i] > ${of('High')}) values[i] = ${of('High')};
`,
    ),
  fill: ({ value }, shape, place) =>
    ofChannels(
      shape,
      place,
      { Fill: value },
      (of) => `      if (${place.dialect.isNaN('values[i]')}) values[i] = ${of('Fill')};\n`,
    ),
  level({ measure, level, floor }, shape, { dialect }) {
    const length = elementCount(shape);
    return {
      constants: '',
      statements: `${LEVEL_STATEMENTS[measure](length, dialect)}    const float gain = ${floatLiteral(level)} / (measured > ${floatLiteral(floor)} ? measured : ${floatLiteral(floor)});
    for (int i = 0; i < ${length}; ++i) values[i] = ${dialect.helper('rounded')}(values[i] * gain);
`,
    };
  },
  'one-hot'(parameters, shape, { step, dialect }) {
    const channels = shape.at(-1) ?? 1;
    const { width, start, count } = oneHotTables(parameters, channels);
    const length = elementCount(shape);
    const widths = width.reduce((sum, own) => sum + (own === 0 ? 1 : own), 0);
    const of = (name: string): string => dialect.table(name, step);
    const table = (name: string, values: readonly number[]): string =>
      constantArray('int', dialect, of(name), values.map(String));
    return {
      constants: `// Columns that a column becomes (0: it stays), where its places begin, and how many there are.
${table('Widths', width)}${table('Starts', start)}${table('Counts', count)}// The place of each category among the columns that it becomes; -1 where training never saw it.
${table(
  'Places',
  parameters.columns.flatMap(({ places }) => places),
)}`,
      statements: `    int to = ${(length / channels) * widths};
    for (int i = ${length - 1}; i >= 0; --i) {
      const int channel = i % ${channels};
      const float value = values[i];
      const int width = ${of('Widths')}[channel];
      if (width == 0) {
        values[--to] = value;
        continue;
      }
      to -= width;
      for (int k = 0; k < width; ++k) values[to + k] = 0.0f;
      if (!(value >= 0.0f && value < ${dialect.cast('float', `${of('Counts')}[channel]`)})) continue;
      const int category = ${dialect.cast('int', 'value')};
      const int place = ${of('Places')}[${of('Starts')}[channel] + category];
      if (${dialect.cast('float', 'category')} == value && place >= 0) values[to + place] = 1.0f;
    }
`,
    };
  },
  decimate({ factor }, shape) {
    const width = elementCount(shape.slice(1));
    return {
      constants: '',
      statements: `    for (int row = 0; row < ${Math.floor(shape[0] / factor)}; ++row) {
      for (int at = 0; at < ${width}; ++at) {
        const float* from = values + row * ${factor * width} + at;
        float sum = from[0];
        for (int next = 1; next < ${factor}; ++next) sum += from[next * ${width}];
        values[row * ${width} + at] = sum / ${floatLiteral(factor)};
      }
    }
`,
    };
  },
  spectrum: spectrumCode,
};

/** `shape` is that of a sample before the transform. */
export function transformCode(transform: Transform, shape: Shape, place: Place): TransformCode {
  const write = CODE[transform.step] as (
    parameters: Transform['parameters'],
    shape: Shape,
    place: Place,
  ) => TransformCode;
  return write(transform.parameters, shape, place);
}
