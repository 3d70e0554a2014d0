import { expect, it } from 'vitest';
import { parseInferenceLine } from '../../../src/models/firmware/inference-line.ts';

it.each([
  ['sample 3: input 1.5 output 0.2500', { sample: 3, input: 1.5, outputs: { output: 0.25 } }],
  ['sample 0: output 0.1 -0.2 3', { sample: 0, outputs: { output_0: 0.1, output_1: -0.2, output_2: 3 } }],
  [
    'sample 1: output_sum: 1 2 output_1: 3',
    { sample: 1, outputs: { output_sum_0: 1, output_sum_1: 2, output_1: 3 } },
  ],
  [
    'sample 4: output_gait: 0.1 0.9 (run (fast)) output_on: 0.7 (yes) output_effort: 3',
    {
      sample: 4,
      outputs: { output_gait_0: 0.1, output_gait_1: 0.9, output_on: 0.7, output_effort: 3 },
      labels: { output_gait: 'run (fast)', output_on: 'yes' },
    },
  ],
  ['sample 2: yes: 0.98', { sample: 2, outputs: {}, label: 'yes', score: 0.98 }],
  ['sample 2: on: off: 0.98', { sample: 2, outputs: {}, label: 'on: off', score: 0.98 }],
  ['sample 2: class 4: 127', { sample: 2, outputs: {}, label: '4', score: 127 }],
  ['sample 9: error 0.0012, normal', { sample: 9, outputs: { error: 0.0012 }, anomaly: false }],
  ['sample 9: error 7.5, an anomaly', { sample: 9, outputs: { error: 7.5 }, anomaly: true }],
  ['input:1.5\toutput:0.25', { input: 1.5, outputs: { output: 0.25 } }],
  ['output0:1\toutput1:2', { outputs: { output0: 1, output1: 2 } }],
  ['output_sum:1\toutput_1_2:0.5', { outputs: { output_sum: 1, output_1_2: 0.5 } }],
  ['yes:0.98', { outputs: {}, label: 'yes', score: 0.98 }],
  ['class3:0.5', { outputs: {}, label: '3', score: 0.5 }],
  [
    'output_gait_0:0.1\toutput_gait_1:0.9\toutput_gait=on__air:0.9\toutput_effort:3',
    {
      outputs: { output_gait_0: 0.1, output_gait_1: 0.9, output_effort: 3 },
      labels: { output_gait: 'on__air' },
    },
  ],
  ['error:0.5\tanomaly:1', { outputs: { error: 0.5 }, anomaly: true }],
  ['', undefined],
  ['sample 3:', undefined],
  ['sample x: output 1', undefined],
  ['a:1\tb:2', undefined],
  ['Invoke() failed', undefined],
  ['setup: tinyml-self-test PASS', undefined],
  [`x:${'1'.repeat(2000)}`, undefined],
])('reads %j', (line, expected) => {
  expect(parseInferenceLine(line)).toEqual(expected);
});
