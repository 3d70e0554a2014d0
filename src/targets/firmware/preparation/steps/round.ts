import { NO_FRACTION, rowsOf } from '../../../../core/samples/preparation.ts';
import { floatLiteral } from '../../c-literal.ts';
import { ROUNDED } from '../shared-functions.ts';
import type { RowWriter } from '../step-code.ts';

export const round: RowWriter<'round'> = ({ levels }, shape, { dialect }) => {
  const rounded = dialect.helper('rounded');
  return {
    constants: '',
    functions: [ROUNDED],
    state: '',
    statements: `  for (int i = 0; i < ${rowsOf(shape).width}; ++i) {
    const float whole = ${rounded}(${rounded}(from[i] * ${floatLiteral(levels)}) + ${floatLiteral(NO_FRACTION)});
    into[i] = (whole - ${floatLiteral(NO_FRACTION)}) / ${floatLiteral(levels)};
  }
`,
  };
};
