/** C of operators on elements and rows at the ends of values, zero points and shifts, against the interpreter. */

import { describe, expect, it } from 'vitest';
import { ACTIVATIONS_EMITTERS } from '../../src/targets/c/emitters/activations.ts';
import { ARITHMETIC_EMITTERS } from '../../src/targets/c/emitters/arithmetic.ts';
import { COMPARISON_EMITTERS } from '../../src/targets/c/emitters/comparison.ts';
import { LOGICAL_EMITTERS } from '../../src/targets/c/emitters/logical.ts';
import { MATH_EMITTERS } from '../../src/targets/c/emitters/math.ts';
import { NORMALIZATION_EMITTERS } from '../../src/targets/c/emitters/normalization.ts';
import { QUANTIZATION_EMITTERS } from '../../src/targets/c/emitters/quantization.ts';
import { REDUCTIONS_EMITTERS } from '../../src/targets/c/emitters/reductions.ts';
import { compileProgram } from '../../src/targets/c/program.ts';
import { type ProgramRun, runOnCortexM4, runSanitized } from '../cross/compile.ts';
import { missingCortexM4, missingNative } from '../cross/probe.ts';
import { oneNode } from '../ops/one-node.ts';
import { EDGE_CASES, type EdgeCase } from './edge-cases.ts';
import { compareMany } from './many-graphs.ts';

const NATIVE = missingNative();
const CORTEX_M4 = missingCortexM4();

const KINDS = [...new Set<string>(EDGE_CASES.map(({ kind }) => kind))];

/** What differs, by operator and case. */
function differences(
  cases: readonly EdgeCase[],
  run: (sources: Readonly<Record<string, string>>) => ProgramRun,
): string[] {
  return compareMany(cases, run).flatMap(({ first, compared }, index) =>
    first === '' && compared > 0 ? [] : [`${cases[index].kind}, case ${index}: ${first}`],
  );
}

/** Their results are elements as they are, or are what the random cases draw. */
const WITHOUT_ENDS = [
  ...['arg_max', 'arg_min', 'cos', 'logical_and', 'logical_not', 'logical_or', 'reduce_max', 'reduce_min'],
  ...['select_v2', 'sin'],
];

it('every operator of these families is there', () => {
  const rows = [
    ...[ACTIVATIONS_EMITTERS, ARITHMETIC_EMITTERS, COMPARISON_EMITTERS, LOGICAL_EMITTERS],
    ...[MATH_EMITTERS, NORMALIZATION_EMITTERS, QUANTIZATION_EMITTERS, REDUCTIONS_EMITTERS],
  ];
  const kinds = rows.flatMap((family) => Object.keys(family));
  expect([...KINDS, ...WITHOUT_ENDS].sort()).toEqual(kinds.sort());
});

describe.skipIf(NATIVE !== '')(`C at the ends of values and shifts, here ${NATIVE}`, () => {
  it.each([0, 1, 2, 3])('part %i', (part) => {
    expect(
      differences(
        EDGE_CASES.filter((_, index) => index % 4 === part),
        runSanitized,
      ),
    ).toEqual([]);
  });
});

it.skipIf(CORTEX_M4 !== '')(`some of them on a Cortex-M4, in its own instructions ${CORTEX_M4}`, () => {
  const some = EDGE_CASES.filter((_, index) => index % 6 === 0);
  expect(differences(some, (sources) => runOnCortexM4(sources, { strict: true, optimize: '-O2' }))).toEqual(
    [],
  );
});

it('a reduction of three axes with others between them is refused by name', () => {
  const input = { dtype: 'float32', shape: [2, 3, 2, 3, 2] } as const;
  const graph = oneNode('sum', { axes: [0, 2, 4], keepDims: false }, [{ type: input }], {
    dtype: 'float32',
    shape: [3, 3],
  });
  expect(() => compileProgram(graph)).toThrow(/SUM "node" in float32: reduces 3 axes of 5 .* C for two/);
});
