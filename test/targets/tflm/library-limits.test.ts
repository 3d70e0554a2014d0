import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readOutline } from '../../../src/formats/tflite/read-outline.ts';
import { libraryRefusal } from '../../../src/targets/tflm/library-limits.ts';
import { LIBRARIES } from '../../../src/targets/tflm/operators.ts';
import { recordedModel } from '../../conformance/recorded.ts';
import { NO_SHARED } from '../../shared.ts';

/** What TFLM refused when these were recorded, as far as types, shapes and scales show it. */
const REFUSED: readonly (readonly [name: string, sentence: RegExp])[] = [
  ['avgpool_uint8', /uint8/],
  ['bmm_16x8', /one type/],
  ['concat_int8_rescale', /scale and zero point of the output/],
  ['concat_scale_x2', /scale and zero point of the output/],
  ['dequantize_f16', /float16/],
  ['dwconv_16x8_bias32', /int64/],
  ['dwconv_hybrid', /float32 by integer weights/],
  ['fc_hybrid_f32_int4', /float32 by integer weights/],
  ['fc_hybrid_f32_int8', /float32 by integer weights/],
  ['hard_swish_int16', /int16/],
  ['logistic_int8_zp0', /-128/],
  ['maxpool_int8_rescale', /change the scale/],
  ['quantize_f32_uint8', /uint8/],
  ['softmax_int8_zp0', /1\/256/],
  ['tconv_hybrid', /float32 by integer weights/],
];

/** What recorded models lack, and TFLM itself has no objection to. */
const REFUSED_BY_ARDUINO: readonly (readonly [
  name: string,
  shapes: readonly (readonly number[])[],
  output: readonly number[],
  sentence: RegExp,
])[] = [
  [
    'DEPTHWISE_CONV_2D',
    [
      [1, 8, 8, 2],
      [1, 3, 3, 2],
    ],
    [1, 6, 6, 2],
    /without a bias/,
  ],
  ['DEPTHWISE_CONV_2D', [[2, 8, 8, 2], [1, 3, 3, 2], [2]], [2, 6, 6, 2], /batch/],
  ['FULLY_CONNECTED', [[8], [4, 8], [4]], [4], /dimensions/],
  ['MAX_POOL_2D', [[2, 4, 4, 2]], [2, 2, 2, 2], /first example/],
  ['MEAN', [[2, 3, 4, 5], [3]], [2], /2 axes/],
  [
    'MUL',
    [
      [1, 2, 3, 4, 5],
      [1, 1, 1, 1, 5],
    ],
    [1, 2, 3, 4, 5],
    /4 dimensions/,
  ],
];

describe('libraryRefusal', () => {
  it.for(REFUSED)('%s, of every library', ([name, sentence], { skip }) => {
    const path = recordedModel(name);
    if (path === undefined) return skip(NO_SHARED);
    const [{ operators, tensors }] = readOutline(readFileSync(path)).outline.subgraphs;
    const [operator] = operators;
    const view = {
      operator,
      inputs: operator.inputs.map((index) => (index === undefined ? undefined : tensors[index])),
      outputs: operator.outputs.map((index) => tensors[index]),
    };
    for (const library of LIBRARIES) expect(libraryRefusal(library, view)).toMatch(sentence);
  });

  it.each(REFUSED_BY_ARDUINO)('%s %j, of the Arduino libraries', (name, shapes, outputShape, sentence) => {
    const tensor = (shape: readonly number[]) => ({
      name: 't',
      dtype: 'int8',
      shape,
      bytes: shape.reduce((product, extent) => product * extent, 1),
      storage: 'activation' as const,
    });
    const view = {
      operator: { name, version: 1, inputs: [], outputs: [], intermediates: [] },
      inputs: shapes.map(tensor),
      outputs: [tensor(outputShape)],
    };
    expect(libraryRefusal('tflm', view)).toBeUndefined();
    expect(libraryRefusal('arduino-tflm', view)).toMatch(sentence);
    expect(libraryRefusal('chirale', view)).toMatch(sentence);
  });
});
