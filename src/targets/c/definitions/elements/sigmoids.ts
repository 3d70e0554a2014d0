import type { CDefinition } from '../../c-code.ts';
import { SIGMOID_INT16, TANH_INT16 } from '../recurrent/sigmoid-int16.ts';
import { unaryLoop } from './element-loops.ts';

/** `NAME(multiplier, right_shift, input, output, count)`: from steps of the input to an argument of the table. */
function loop(name: string, comment: string, of: CDefinition): CDefinition {
  return unaryLoop({
    name,
    comment,
    parameters: ['int32_t multiplier', 'int32_t right_shift'],
    input: 'int16_t',
    output: 'int16_t',
    result: `(int16_t)${of.name}(sigmoid_argument(input[i], multiplier, right_shift))`,
    needs: [of],
  });
}

export const LOGISTIC_INT16 = loop('logistic_int16', '1 / (1 + exp(-x))', SIGMOID_INT16);

export const TANH_OF_INT16 = loop('tanh_of_int16', 'tanh(x)', TANH_INT16);
