/** C of operators on single elements and rows, against the interpreter, on the random cases of the conformance tests. */

import { describe, expect, it } from 'vitest';
import { OP_KINDS, type OpKind } from '../../src/ops/index.ts';
import { COMPUTED_TYPES, type ComputedType } from '../../src/ops/op.ts';
import type { EmitterRows } from '../../src/targets/c/emitter.ts';
import { ACTIVATIONS_EMITTERS } from '../../src/targets/c/emitters/activations.ts';
import { ARITHMETIC_EMITTERS } from '../../src/targets/c/emitters/arithmetic.ts';
import { COMPARISON_EMITTERS } from '../../src/targets/c/emitters/comparison.ts';
import { LOGICAL_EMITTERS } from '../../src/targets/c/emitters/logical.ts';
import { MATH_EMITTERS } from '../../src/targets/c/emitters/math.ts';
import { NORMALIZATION_EMITTERS } from '../../src/targets/c/emitters/normalization.ts';
import { QUANTIZATION_EMITTERS } from '../../src/targets/c/emitters/quantization.ts';
import { REDUCTIONS_EMITTERS } from '../../src/targets/c/emitters/reductions.ts';
import { emitterOf } from '../../src/targets/c/emitters.ts';
import { softmaxInt16 } from '../conformance/exact-int8.ts';
import { quantizeFloatsTo } from '../conformance/quantize-cases.ts';
import { runNative } from '../cross/compile.ts';
import { missingNative } from '../cross/probe.ts';
import { drawnCases, randomCases } from './random-cases.ts';
import { compareTogether, type StandaloneCase } from './run-standalone.ts';

const CASES = 20;

const FAMILIES: EmitterRows = {
  ...ACTIVATIONS_EMITTERS,
  ...ARITHMETIC_EMITTERS,
  ...COMPARISON_EMITTERS,
  ...LOGICAL_EMITTERS,
  ...MATH_EMITTERS,
  ...NORMALIZATION_EMITTERS,
  ...QUANTIZATION_EMITTERS,
  ...REDUCTIONS_EMITTERS,
};

/** Operators of these families that have C in a type, but QUANTIZE of float32, which draws its own. */
function kindsIn(type: ComputedType): OpKind[] {
  return OP_KINDS.filter(
    (kind) =>
      FAMILIES[kind] !== undefined &&
      typeof emitterOf(kind, type) === 'function' &&
      !(kind === 'quantize' && type === 'float32'),
  );
}

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

  it.each(COMPUTED_TYPES)('%s', (type) => {
    expect(outcome(kindsIn(type).flatMap((kind) => randomCases(kind, type, CASES)))).toBe('ok');
  });

  it('between types', () => {
    expect(outcome(MORE)).toBe('ok');
  });
});
