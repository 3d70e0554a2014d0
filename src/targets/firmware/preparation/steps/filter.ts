import { rowsOf } from '../../../../core/samples/preparation.ts';
import { floatLiteral } from '../../c-literal.ts';
import { ROUNDED } from '../shared-functions.ts';
import { constantArray, type RowWriter } from '../step-code.ts';

export const filter: RowWriter<'filter'> = ({ sections }, shape, { step, dialect }) => {
  const { width } = rowsOf(shape);
  const count = sections.length;
  const table = dialect.table('Section', step);
  const rounded = dialect.helper('rounded');
  return {
    constants: `// Of each section of the filter b0, b1, b2, a1, a2.
${constantArray('float', dialect, table, sections.flatMap(({ b, a }) => [...b, ...a]).map(floatLiteral))}`,
    functions: [ROUNDED],
    state: `  float kept[${width * count * 2}];\n`,
    statements: `  for (int i = 0; i < ${width}; ++i) {
    float *kept = state->kept + i * ${2 * count};
    float value = from[i];
    // What is no number, or infinite, leaves no trace.
    if (value - value == 0.0f) {
      for (int section = 0; section < ${count}; ++section) {
        const float *c = ${table} + section * 5;
        float *k = kept + section * 2;
        const float out = ${rounded}(c[0] * value) + k[0];
        k[0] = (${rounded}(c[1] * value) - ${rounded}(c[3] * out)) + k[1];
        k[1] = ${rounded}(c[2] * value) - ${rounded}(c[4] * out);
        value = out;
      }
      if (!(value - value == 0.0f)) {
        for (int n = 0; n < ${2 * count}; ++n) kept[n] = 0.0f;
      }
    }
    into[i] = value;
  }
`,
  };
};
