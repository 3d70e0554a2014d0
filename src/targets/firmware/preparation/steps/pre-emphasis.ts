import { rowsOf } from '../../../../core/samples/preparation.ts';
import { floatLiteral } from '../../c-literal.ts';
import { ROUNDED } from '../shared-functions.ts';
import type { RowWriter } from '../step-code.ts';

export const preEmphasis: RowWriter<'pre-emphasis'> = ({ coefficient }, shape, { dialect }) => {
  const { width } = rowsOf(shape);
  return {
    constants: '',
    functions: [ROUNDED],
    state: `  float last[${width}];\n`,
    statements: `  for (int i = 0; i < ${width}; ++i) {
    const float value = from[i];
    into[i] = value - ${dialect.helper('rounded')}(${floatLiteral(coefficient)} * state->last[i]);
    state->last[i] = value;
  }
`,
  };
};
