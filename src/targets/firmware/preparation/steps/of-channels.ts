/** A statement for every value of a row, with numbers of its channel. */

import { rowsOf } from '../../../../core/samples/preparation.ts';
import type { Shape } from '../../../../core/tensor.ts';
import { floatLiteral } from '../../c-literal.ts';
import type { SharedFunction } from '../shared-functions.ts';
import { constantArray, type Place, type RowCode } from '../step-code.ts';

/** `of` gives the number of value `i` in a table. */
export function ofChannels(
  shape: Shape,
  { step, dialect }: Place,
  tables: Readonly<Record<string, readonly number[]>>,
  functions: readonly SharedFunction[],
  statements: (of: (table: string) => string) => string,
): RowCode {
  const channels = shape.at(-1) ?? 1;
  const constants = Object.entries(tables)
    .map(([name, values]) =>
      constantArray('float', dialect, dialect.table(name, step), values.map(floatLiteral)),
    )
    .join('');
  const body = statements((table) => `${dialect.table(table, step)}[i % ${channels}]`);
  return {
    constants,
    functions,
    state: '',
    statements: `  for (int i = 0; i < ${rowsOf(shape).width}; ++i) {\n${body}  }\n`,
  };
}
