/** The C of every operator and type gives the interpreter's bytes. */

import { describe, expect, it } from 'vitest';
import { emitterOf } from '../../src/targets/c/emitters.ts';
import { runOnCortexM3, runOnCortexM4, runSanitized } from '../cross/compile.ts';
import { missingCortexM4, missingNative } from '../cross/probe.ts';
import { chunksOf, once } from './chunks.ts';
import { compareMany, type Verdict } from './many-graphs.ts';
import { ROWS, type Row, rowCases } from './table-rows.ts';

const CASES = 4;
/** Rows in one program. */
const TOGETHER = 24;

function isEmitted({ kind, type }: Row): boolean {
  return typeof emitterOf(kind, type) === 'function';
}

const EMITTED = ROWS.filter(isEmitted);

/** What is wrong with some cases, in words. */
function faults(verdicts: readonly Verdict[]): string[] {
  return verdicts.map(({ first }) => first).filter((first) => first !== '');
}

it('is there for every operator and type', () => {
  const without = ROWS.filter((row) => !isEmitted(row)).map(({ name }) => name);
  expect(without).toEqual([]);
});

const NATIVE = missingNative();
const EMULATED = missingCortexM4();

describe.skipIf(NATIVE !== '')(`random cases of each operator, here, with sanitizers ${NATIVE}`, () => {
  describe.each(chunksOf(EMITTED, TOGETHER))('$name and others', (...rows) => {
    const all = once(() =>
      compareMany(
        rows.flatMap((row) => rowCases(row, CASES)),
        runSanitized,
      ),
    );

    it.each(rows.map((row, index) => [row.name, index] as const))('%s', (_, index) => {
      const own = all().slice(index * CASES, (index + 1) * CASES);
      expect(faults(own)).toEqual([]);
      expect(Math.min(...own.map(({ compared }) => compared))).toBeGreaterThan(0);
    });
  });
});

/** The first whose elements are not all the least or the largest, and the one behind it, which lies in the buffer. */
const SELECTED = [2, 3];

const BOARDS = [
  {
    board: 'a Cortex-M4',
    path: 'with DSP instructions',
    rows: EMITTED,
    // Of int8, in which its instructions compute, both.
    selected: ({ type }: Row) => (type === 'int8' ? SELECTED : SELECTED.slice(1)),
    run: runOnCortexM4,
  },
  {
    board: 'a Cortex-M3',
    path: 'in portable C, without a floating point unit',
    rows: EMITTED,
    // The path is that of other machines, too.
    selected: () => SELECTED.slice(1),
    run: runOnCortexM3,
  },
  {
    board: 'a Cortex-M4',
    path: 'as kits of boards compile, which may join products and sums',
    rows: EMITTED.filter(({ type }) => type === 'float32'),
    selected: () => SELECTED.slice(1),
    run: (sources: Parameters<typeof runOnCortexM4>[0]) =>
      runOnCortexM4(sources, { standard: 'gnu++17', optimize: '-O2' }),
  },
] as const;

describe.skipIf(EMULATED !== '').each(BOARDS)(
  `random cases of each operator on $board, $path ${EMULATED}`,
  ({ rows: emitted, selected, run }) => {
    it.each(chunksOf(emitted, 3 * TOGETHER))('$name and others', (...rows) => {
      const cases = rows.flatMap((row) => {
        const drawn = rowCases(row, CASES);
        return selected(row).map((index) => ({ name: row.name, ...drawn[index] }));
      });
      const verdicts = compareMany(cases, run);
      const wrong = verdicts.flatMap(({ first }, index) =>
        first === '' ? [] : [`${cases[index].name}: ${first}`],
      );
      expect(wrong).toEqual([]);
    });
  },
);
