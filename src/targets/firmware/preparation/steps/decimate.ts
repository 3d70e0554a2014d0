import { rowsOf } from '../../../../core/samples/preparation.ts';
import { floatLiteral } from '../../c-literal.ts';
import type { RowWriter } from '../step-code.ts';

export const decimate: RowWriter<'decimate'> = ({ factor }, shape) => {
  const { width } = rowsOf(shape);
  return {
    constants: '',
    functions: [],
    state: '',
    statements: `  for (int i = 0; i < ${width}; ++i) {
    float sum = from[i];
    for (int next = 1; next < ${factor}; ++next) sum += from[i + next * ${width}];
    into[i] = sum / ${floatLiteral(factor)};
  }
`,
  };
};
