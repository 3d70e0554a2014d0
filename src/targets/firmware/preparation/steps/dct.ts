import { cosineTable, transformedCount } from '../../../../core/samples/cosine-transform.ts';
import { rowsOf } from '../../../../core/samples/preparation.ts';
import { floatLiteral } from '../../c-literal.ts';
import { ROUNDED, scratchOf } from '../shared-functions.ts';
import { constantArray, type RowWriter } from '../step-code.ts';

export const dct: RowWriter<'dct'> = (parameters, shape, { step, dialect }) => {
  const { scales, keepFirst } = parameters;
  const { width } = rowsOf(shape);
  const count = transformedCount(parameters, width);
  const rounded = dialect.helper('rounded');
  const [cosine, scale] = [dialect.table('Cosine', step), dialect.table('Scale', step)];
  return {
    constants: `// The cosines of a whole turn, and what each coefficient is multiplied by.
${constantArray('float', dialect, cosine, cosineTable(count).map(floatLiteral))}${constantArray('float', dialect, scale, scales.map(floatLiteral))}`,
    functions: [ROUNDED, scratchOf(scales.length)],
    state: '',
    statements: `  float *const sums = ${dialect.helper('scratch')};
  for (int k = 0; k < ${scales.length}; ++k) {
    float sum = 0.0f;
    for (int i = 0, turn = k; i < ${count}; ++i) {
      sum += ${rounded}(from[i + ${width - count}] * ${cosine}[turn]);
      turn += 2 * k;
      if (turn >= ${4 * count}) turn -= ${4 * count};
    }
    sums[k] = ${rounded}(${scale}[k] * sum);
  }
${keepFirst ? '  sums[0] = from[0];\n' : ''}  for (int k = 0; k < ${scales.length}; ++k) into[k] = sums[k];
`,
  };
};
