import { unaryLoop } from './element-loops.ts';

/** `look_up(table, input, output, count)` */
export const LOOK_UP = unaryLoop({
  name: 'look_up',
  comment: 'A function of one value, by its results for -128 to 127.',
  parameters: ['const int8_t *table'],
  input: 'int8_t',
  output: 'int8_t',
  result: 'table[input[i] + 128]',
});
