import { rowsOf } from '../../../../core/samples/preparation.ts';
import type { WholeWriter } from '../step-code.ts';

export const padEnds: WholeWriter<'pad-ends'> = ({ count, with: filling }, shape) => {
  const { count: rows, width } = rowsOf(shape);
  const [start, length] = [count * width, rows * width];
  const move = `  for (int i = ${length - 1}; i >= 0; --i) values[i + ${start}] = values[i];\n`;
  const zeros = `  for (int i = 0; i < ${start}; ++i) {
    values[i] = 0.0f;
    values[i + ${start + length}] = 0.0f;
  }
`;
  const mirror = `  for (int row = 1; row <= ${count}; ++row) {
    for (int i = 0; i < ${width}; ++i) {
      values[${start} - row * ${width} + i] = values[${start} + row * ${width} + i];
      values[${start + length} + (row - 1) * ${width} + i] = values[${start + length} - (row + 1) * ${width} + i];
    }
  }
`;
  return { constants: '', functions: [], statements: move + (filling === 'zero' ? zeros : mirror) };
};
