import { elementCount } from '../../../../core/tensor.ts';
import { floatLiteral } from '../../c-literal.ts';
import type { WholeWriter } from '../step-code.ts';

export const belowPeak: WholeWriter<'below-peak'> = ({ range }, shape) => {
  const length = elementCount(shape);
  return {
    constants: '',
    functions: [],
    statements: `  float peak = values[0];
  for (int i = 1; i < ${length}; ++i) {
    if (values[i] > peak) peak = values[i];
  }
  const float least = peak - ${floatLiteral(range)};
  for (int i = 0; i < ${length}; ++i) {
    if (values[i] < least) values[i] = least;
  }
`,
  };
};
