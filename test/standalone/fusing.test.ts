/** Operators that are computed together give the interpreter's bytes, in less memory. */

import { describe, expect, it } from 'vitest';
import { HUFFMAN_TIMES } from '../../src/targets/c/optimize.ts';
import { compileProgram, type Program } from '../../src/targets/c/program.ts';
import { runSanitized } from '../cross/compile.ts';
import { missingNative } from '../cross/probe.ts';
import { THREE_MACHINES } from './machines.ts';
import { compareMany } from './many-graphs.ts';
import { residualCase } from './residual-cases.ts';
import { compareWithInterpreter } from './run-standalone.ts';

const CASES = Array.from({ length: 60 }, (_, seed) => residualCase(seed));

const fusedKinds = ({ steps }: Program): string[] =>
  steps.flatMap(({ nodes }) => (nodes.length > 1 ? [nodes[1].kind] : []));

it('sums, differences and products behind a convolution of one pixel are computed with it', () => {
  const kinds = CASES.flatMap(({ graph }) => fusedKinds(compileProgram(graph)));
  expect(kinds.length).toBeGreaterThan(20);
  expect([...new Set(kinds)].sort()).toEqual(['add', 'mul', 'sub']);
});

describe.each(THREE_MACHINES)('residual blocks $machine $missing', ({ missing, run }) => {
  it.skipIf(missing !== '')('have the bytes of the interpreter', () => {
    // What is computed with what is the same everywhere.
    const cases = run === runSanitized ? CASES : CASES.slice(0, 20);
    const wrong = compareMany(cases, run).flatMap(({ first, compared }, seed) =>
      first === '' && compared > 0 ? [] : [`seed ${seed}: ${first}`],
    );
    expect(wrong).toEqual([]);
  });
});

/** Some blocks with codes for the weights of what is computed together. */
const CODED = CASES.filter(({ graph }) =>
  compileProgram(graph, { huffman: 'layer' }).steps.some(
    ({ nodes, coded }) => nodes.length > 1 && coded.length > 0,
  ),
).slice(0, 2);

describe.skipIf(missingNative() !== '')(`weights as codes ${missingNative()}`, () => {
  it.each(HUFFMAN_TIMES)('decoded at %s', (huffman) => {
    expect(CODED.length).toBe(2);
    for (const { graph, inferences } of CODED) {
      const records = inferences.map(({ inputs }) => inputs);
      expect(compareWithInterpreter(graph, records, runSanitized, { huffman })).toBe('ok');
    }
  });
});
