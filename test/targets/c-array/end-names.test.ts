import { expect, it } from 'vitest';
import { type EndRole, endNames } from '../../../src/targets/c-array/end-names.ts';

const variables = (role: EndRole, ...names: string[]) =>
  endNames(role, names).map(({ variable }) => variable);

it('a single one is called by its role, whatever the model calls it', () => {
  expect(endNames('input', ['motion'])).toEqual([{ variable: 'input', camel: 'Input' }]);
  expect(endNames('output', ['?'])).toEqual([{ variable: 'output', camel: 'Output' }]);
});

it('several have the names of the model', () => {
  expect(endNames('input', ['motion', 'case temperature'])).toEqual([
    { variable: 'input_motion', camel: 'InputMotion' },
    { variable: 'input_case_temperature', camel: 'InputCaseTemperature' },
  ]);
});

it.each<[string, EndRole, string[], string[]]>([
  ['what TensorFlow adds', 'input', ['serving_default_a:0', 'b/Relu:0'], ['input_a', 'input_b_relu']],
  ['keywords', 'output', ['int', 'NULL'], ['output_int', 'output_null']],
  ['the role itself', 'input', ['input_image', 'input'], ['input_image', 'input_input']],
  ['other letters', 'input', ['größe', '*/ x'], ['input_gr_e', 'input_x']],
  // Else constants of the one would be those of the other, in one spelling or another.
  ['equal words', 'output', ['Call:0', 'Call:1'], ['output_0', 'output_1']],
  ['equal words in capitals', 'input', ['a_b', 'A/b'], ['input_0', 'input_1']],
  ['words that run together', 'input', ['a_1', 'a1'], ['input_0', 'input_1']],
  ['numbers', 'input', ['image', 'input_1'], ['input_0', 'input_1']],
  ['nothing', 'input', ['image', '温度'], ['input_0', 'input_1']],
  ['long ones', 'input', ['image', 'x'.repeat(33)], ['input_image', `input_${'x'.repeat(29)}`]],
  [
    'the last words of long ones',
    'output',
    ['encoder/the_layers_0/gru/hidden_state/next', 'classes'],
    ['output_gru_hidden_state_next', 'output_classes'],
  ],
  [
    'long ones with the same end',
    'input',
    ['x', 'encoders_0/my_gru/hidden_state/next', 'encoders_1/my_gru/hidden_state/next'],
    ['input_x', 'input_my_gru_hidden_state_next_1', 'input_my_gru_hidden_state_next_2'],
  ],
])('%s', (_, role, names, expected) => {
  expect(variables(role, ...names)).toEqual(expected);
});
