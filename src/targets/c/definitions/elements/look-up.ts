import type { CDefinition } from '../../c-code.ts';
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

/** `look_up_fours(table, input, output, count)`: the same for programs that are to be fast. */
export const LOOK_UP_FOURS: CDefinition = {
  name: 'look_up_fours',
  text: `/* A function of one value, by its results for -128 to 127. The output may lie where the input does. */
static void look_up_fours(const int8_t *table, const int8_t *input, int8_t *output, int32_t count)
{
  const int8_t *middle = table + 128;

  for (; count >= 4; count -= 4) {
    output[0] = middle[input[0]];
    output[1] = middle[input[1]];
    output[2] = middle[input[2]];
    output[3] = middle[input[3]];
    input += 4;
    output += 4;
  }
  for (; count > 0; count--) {
    *output++ = middle[*input++];
  }
}
`,
};
