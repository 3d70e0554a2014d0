import { type OneHot, placeCount, rowsOf } from '../../../../core/samples/preparation.ts';
import { constantArray, type RowWriter } from '../step-code.ts';

function tablesOf({ columns }: OneHot, channels: number): Record<'width' | 'start' | 'count', number[]> {
  const tables = {
    width: [] as number[],
    start: [] as number[],
    count: [] as number[],
  };
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

/** From the end: rows grow, and `into` may be `from`. */
export const oneHot: RowWriter<'one-hot'> = (parameters, shape, { step, dialect }) => {
  const channels = shape.at(-1) ?? 1;
  const { width, start, count } = tablesOf(parameters, channels);
  const length = rowsOf(shape).width;
  const widths = width.reduce((sum, own) => sum + (own === 0 ? 1 : own), 0);
  const of = (name: string): string => dialect.table(name, step);
  const table = (name: string, values: readonly number[]): string =>
    constantArray('int', dialect, of(name), values.map(String));
  const places = parameters.columns.flatMap((column) => column.places);
  return {
    constants: `// Columns that a column becomes (0: it stays), where its places begin, and how many there are.
${table('Widths', width)}${table('Starts', start)}${table('Counts', count)}// The place of each category among the columns that it becomes; -1 where training never saw it.
${table('Places', places)}`,
    functions: [],
    state: '',
    statements: `  int to = ${(length / channels) * widths};
  for (int i = ${length - 1}; i >= 0; --i) {
    const int channel = i % ${channels};
    const float value = from[i];
    const int width = ${of('Widths')}[channel];
    if (width == 0) {
      into[--to] = value;
      continue;
    }
    to -= width;
    for (int k = 0; k < width; ++k) into[to + k] = 0.0f;
    if (!(value >= 0.0f && value < ${dialect.cast('float', `${of('Counts')}[channel]`)})) continue;
    const int category = ${dialect.cast('int', 'value')};
    const int place = ${of('Places')}[${of('Starts')}[channel] + category];
    if (${dialect.cast('float', 'category')} == value && place >= 0) into[to + place] = 1.0f;
  }
`,
  };
};
