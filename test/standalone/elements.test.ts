/** C of operators on single elements and rows, against the interpreter, on the random cases of the conformance tests. */

import { describe, expect, it } from 'vitest';
import type { OpKind } from '../../src/ops/index.ts';
import type { ComputedType } from '../../src/ops/op.ts';
import { softmaxInt16 } from '../conformance/exact-int8.ts';
import { quantizeFloatsTo } from '../conformance/quantize-cases.ts';
import { runNative } from '../cross/compile.ts';
import { missingNative } from '../cross/probe.ts';
import { drawnCases, randomCases } from './random-cases.ts';
import { compareTogether, type StandaloneCase } from './run-standalone.ts';

const CASES = 20;

const KINDS: { readonly [Type in ComputedType]: readonly OpKind[] } = {
  int8: [
    ...(['elu', 'hard_swish', 'logistic', 'relu', 'relu6', 'rsqrt', 'softmax', 'tanh'] as const),
    ...(['add', 'maximum', 'minimum', 'mul', 'sub'] as const),
    ...(['dequantize', 'quantize', 'mean', 'sum'] as const),
  ],
  float32: ['maximum', 'minimum', 'equal', 'greater', 'greater_equal', 'less', 'less_equal', 'not_equal'],
  int16: [
    'relu',
    'relu6',
    'add',
    'sub',
    'mul',
    'maximum',
    'minimum',
    'quantize',
    'dequantize',
    'mean',
    'sum',
  ],
  int32: [
    'maximum',
    'minimum',
    'equal',
    'greater',
    'greater_equal',
    'less',
    'less_equal',
    'not_equal',
    'quantize',
  ],
  bool: ['equal', 'not_equal', 'logical_and', 'logical_or'],
  uint8: ['quantize', 'dequantize'],
};

/** What is drawn elsewhere: from float32 to int8 and int16, softmax of int8 to int16. */
const MORE = [
  ...drawnCases('quantize', 'float32 to int8', quantizeFloatsTo('int8'), CASES),
  ...drawnCases('quantize', 'float32 to int16', quantizeFloatsTo('int16'), CASES),
  ...drawnCases('softmax', 'int8 to int16', softmaxInt16, CASES),
];

const NATIVE = missingNative();

describe.skipIf(NATIVE !== '')(`C of elements here ${NATIVE}`, () => {
  const outcome = (cases: readonly StandaloneCase[]): string =>
    compareTogether(cases, (sources) => runNative(sources, { strict: true }));

  it.each(Object.entries(KINDS))('%s', (type, kinds) => {
    expect(outcome(kinds.flatMap((kind) => randomCases(kind, type as ComputedType, CASES)))).toBe('ok');
  });

  it('between types', () => {
    expect(outcome(MORE)).toBe('ok');
  });
});
