import { rowsOf } from '../../../../core/samples/preparation.ts';
import { floatLiteral } from '../../c-literal.ts';
import { NATURAL_LOGARITHM, ROUNDED } from '../shared-functions.ts';
import type { RowWriter } from '../step-code.ts';

export const logarithm: RowWriter<'logarithm'> = (
  { scale, added, floor },
  shape,
  { dialect: { helper } },
) => {
  const least = floatLiteral(floor);
  return {
    constants: '',
    functions: [ROUNDED, NATURAL_LOGARITHM],
    state: '',
    statements: `  for (int i = 0; i < ${rowsOf(shape).width}; ++i) {
    const float value = from[i] + ${floatLiteral(added)};
    into[i] = value != value
                  ? value
                  : ${helper('rounded')}(${floatLiteral(scale)} * ${helper('natural_logarithm')}(value > ${least} ? value : ${least}));
  }
`,
  };
};
