import type { Level } from '../../../../core/samples/preparation.ts';
import { elementCount } from '../../../../core/tensor.ts';
import { floatLiteral } from '../../c-literal.ts';
import type { Dialect } from '../dialect.ts';
import { ROUNDED } from '../shared-functions.ts';
import type { WholeWriter } from '../step-code.ts';

const MEASURED: Readonly<Record<Level['measure'], (length: number, dialect: Dialect) => string>> = {
  rms: (length, { helper, squareRoot }) => `  float sum = 0.0f;
  for (int i = 0; i < ${length}; ++i) sum += ${helper('rounded')}(values[i] * values[i]);
  const float measured = ${squareRoot(`sum / ${floatLiteral(length)}`)};
`,
  peak: (length) => `  float measured = 0.0f;
  for (int i = 0; i < ${length}; ++i) {
    const float magnitude = values[i] < 0.0f ? -values[i] : values[i];
    if (magnitude > measured) measured = magnitude;
  }
`,
};

export const level: WholeWriter<'level'> = ({ measure, level: wanted, floor }, shape, { dialect }) => {
  const length = elementCount(shape);
  const least = floatLiteral(floor);
  return {
    constants: '',
    functions: [ROUNDED],
    headers: measure === 'rms' ? ['math'] : [],
    statements: `${MEASURED[measure](length, dialect)}  const float gain = ${floatLiteral(wanted)} / (measured > ${least} ? measured : ${least});
  for (int i = 0; i < ${length}; ++i) values[i] = ${dialect.helper('rounded')}(values[i] * gain);
`,
  };
};
