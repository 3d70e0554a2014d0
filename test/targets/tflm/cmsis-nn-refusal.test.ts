/** What CMSIS-NN kernels refuse and the reference kernels do not: said before the firmware is built. */

import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readOutline } from '../../../src/formats/tflite/read-outline.ts';
import { type OperatorView, type OutlineTensor, operatorViews } from '../../../src/ir/outline.ts';
import { cmsisNnRefusal, differsInCmsisNn } from '../../../src/targets/tflm/library-limits.ts';
import { NO_SHARED, sharedPath } from '../../shared.ts';

/** Its output has a dimension of -1, which TFLM resolves and the reader refuses. */
const NOT_READ = 'reshape_output_minus1';

interface Case {
  readonly name: string;
  readonly model: string;
  readonly dtypes: string;
  readonly cortex_m4?: Record<
    'reference' | 'cmsis_nn',
    { readonly accepted: boolean; readonly output?: string | object }
  >;
}

function tensor(dtype: string, shape: number[], zeroPoint = 0, scales = [0.5]): OutlineTensor {
  const quantization = { scales, zeroPoints: [zeroPoint], axis: 0 };
  return { name: '', dtype, shape, bytes: 1, storage: 'activation', quantization };
}

function view(
  name: string,
  inputs: readonly (OutlineTensor | undefined)[],
  outputs: readonly OutlineTensor[],
): OperatorView {
  return { operator: { name, version: 1, inputs: [], outputs: [], intermediates: [] }, inputs, outputs };
}

const int8 = tensor('int8', [1, 4]);
const int16 = tensor('int16', [1, 4]);
const offset16 = tensor('int16', [1, 4], 3);
const rank5 = tensor('int8', [1, 1, 2, 2, 2]);
const rank5Int16 = tensor('int16', [1, 1, 2, 2, 2]);

describe('is refused', () => {
  it.each<[string, OperatorView, RegExp]>([
    ['int16 ADD with an offset', view('ADD', [int16, offset16], [int16]), /ADD wants zero point 0 of int16/],
    ['ADD of two types', view('ADD', [int8, int16], [int8]), /one type, not int8 and int16/],
    [
      'int16 TRANSPOSE_CONV without a bias',
      view('TRANSPOSE_CONV', [tensor('int32', [4]), int8, int16], [int16]),
      /looks at the type of a bias that is not there/,
    ],
    ['BATCH_MATMUL of rank 5', view('BATCH_MATMUL', [int8, rank5], [rank5]), /at most 4 dimensions.* 5\.$/],
    [
      'int16 CONV_2D with an offset',
      view('CONV_2D', [offset16, int8], [int16]),
      /CONV_2D wants zero point 0/,
    ],
    [
      'int16 DEPTHWISE_CONV_2D with an offset',
      view('DEPTHWISE_CONV_2D', [int16, int8], [offset16]),
      /DEPTHWISE_CONV_2D wants zero point 0/,
    ],
    [
      'int16 FULLY_CONNECTED per channel',
      view('FULLY_CONNECTED', [int16, tensor('int8', [2, 4], 0, [1, 2])], [int16]),
      /from int8 inputs only/,
    ],
    [
      'int16 FULLY_CONNECTED with an offset',
      view('FULLY_CONNECTED', [offset16, int8], [int16]),
      /zero point/,
    ],
    [
      'FULLY_CONNECTED into rank 1',
      view('FULLY_CONNECTED', [int8, int8], [tensor('int8', [4])]),
      / has 1\.$/,
    ],
    ['FULLY_CONNECTED into rank 5', view('FULLY_CONNECTED', [int8, int8], [rank5]), / has 5\.$/],
    [
      'FULLY_CONNECTED per tensor into rank 3',
      view('FULLY_CONNECTED', [int8, int8], [tensor('int8', [1, 2, 3])]),
      /fails an assertion/,
    ],
    ['int8 MAXIMUM of rank 5', view('MAXIMUM', [rank5, int8], [rank5]), /MAXIMUM takes at most 4/],
    ['int8 MINIMUM of rank 5', view('MINIMUM', [int8, rank5], [rank5]), /MINIMUM takes at most 4/],
    ['int8 TRANSPOSE of rank 5', view('TRANSPOSE', [rank5], [rank5]), /TRANSPOSE takes at most 4/],
    [
      'an LSTM with computed weights',
      view('UNIDIRECTIONAL_SEQUENCE_LSTM', [int8, int8], [int8]),
      /constant weights/,
    ],
  ])('%s', (_, refused, sentence) => {
    expect(cmsisNnRefusal(refused)).toMatch(sentence);
  });
});

it.each<[string, OperatorView]>([
  ['int16 ADD without an offset', view('ADD', [int16, int16], [int16])],
  ['int8 ADD with offsets', view('ADD', [tensor('int8', [4], -3), int8], [int8])],
  ['int16 TRANSPOSE of rank 5', view('TRANSPOSE', [rank5Int16], [rank5Int16])],
  ['FULLY_CONNECTED with a depth of 5 into rank 3', fullyConnectedOf(tensor('int8', [3, 5]))],
  ['FULLY_CONNECTED per channel into rank 3', fullyConnectedOf(tensor('int8', [3, 4], 0, [1, 2, 3]))],
  ['FULLY_CONNECTED with int4 weights into rank 3', fullyConnectedOf(tensor('int4', [3, 4]))],
  ['a name that objects have', view('constructor', [int8], [int8])],
])('%s is accepted', (_, accepted) => {
  expect(cmsisNnRefusal(accepted)).toBeUndefined();
});

function fullyConnectedOf(weights: OutlineTensor): OperatorView {
  return view('FULLY_CONNECTED', [int8, weights], [tensor('int8', [1, 2, 3])]);
}

const folder = sharedPath('golden', 'ops');

describe.skipIf(folder === undefined)(`recorded cases (${NO_SHARED})`, () => {
  const cases =
    folder === undefined
      ? []
      : (JSON.parse(readFileSync(`${folder}/index.json`, 'utf8')) as { cases: Case[] }).cases;
  const decided = cases.flatMap(({ name, model, cortex_m4 }) =>
    cortex_m4?.reference.accepted && name !== NOT_READ
      ? [{ name, model, accepted: cortex_m4.cmsis_nn.accepted }]
      : [],
  );

  it('has refusals by CMSIS-NN alone', () => {
    expect(decided.filter(({ accepted }) => !accepted).map(({ name }) => name)).toEqual([
      'fc_16x8_bias64_per_channel',
      'fc_16x8_per_channel_ratio_1e4',
    ]);
  });

  // Floats differ in their last bits.
  const computed = cases.filter(
    ({ dtypes, cortex_m4 }) => cortex_m4?.cmsis_nn.output !== undefined && !dtypes.includes('float32'),
  );

  it.each(
    computed.map(({ name, model, cortex_m4 }) => [name, model, typeof cortex_m4?.cmsis_nn.output] as const),
  )('%s, computed otherwise by CMSIS-NN or not', (_, model, output) => {
    const { outline } = readOutline(readFileSync(`${folder}/${model}`));
    expect(operatorViews(outline).some(differsInCmsisNn)).toBe(output === 'object');
  });

  it.each(decided)('$name', ({ model, accepted }) => {
    const { outline } = readOutline(readFileSync(`${folder}/${model}`));
    const sentences = outline.subgraphs.flatMap(({ tensors, operators }) =>
      operators.flatMap((operator) => {
        const inputs = operator.inputs.map((index) => (index === undefined ? undefined : tensors[index]));
        const outputs = operator.outputs.flatMap((index) => tensors[index] ?? []);
        return cmsisNnRefusal({ operator, inputs, outputs }) ?? [];
      }),
    );
    expect(sentences.length > 0).toBe(!accepted);
  });
});
