/** The C of every operator and type by other compilers and on other processors. */

import { describe, expect, it } from 'vitest';
import {
  type CompileOptions,
  runAsCortexM0,
  runOnCortexM4WithClang,
  runOnCortexM55,
  runWithClang,
} from '../cross/compile.ts';
import { missingClang, missingCortexM4, missingCortexM4Clang } from '../cross/probe.ts';
import { chunksOf } from './chunks.ts';
import { compareMany } from './many-graphs.ts';
import { ROWS, type Row, rowCases } from './table-rows.ts';

/** The first of each row that lies in the buffer, and whose elements are not all the least or the largest. */
const SELECTED = 3;
/** Rows in one program, which has to fit the memory of the boards. */
const TOGETHER = 60;

/** Where most differs between processors; other types have been compared, too, and take too long each time. */
const INT8: readonly Row[] = ROWS.filter(({ type }) => type === 'int8');

const OPTIMIZED: CompileOptions = { optimize: '-O2' };

const MACHINES = [
  { machine: 'by clang, with sanitizers', missing: missingClang(), rows: ROWS, run: runWithClang },
  {
    machine: 'by clang on a Cortex-M4, with DSP instructions',
    missing: missingCortexM4Clang(),
    rows: INT8,
    run: (sources: Parameters<typeof runOnCortexM4WithClang>[0]) =>
      runOnCortexM4WithClang(sources, OPTIMIZED),
  },
  {
    machine: 'in the instructions of a Cortex-M0+',
    missing: missingCortexM4(),
    rows: INT8,
    run: (sources: Parameters<typeof runAsCortexM0>[0]) => runAsCortexM0(sources, OPTIMIZED),
  },
  {
    machine: 'on a Cortex-M55, where compilers make vectors of loops',
    missing: missingCortexM4(),
    rows: INT8,
    run: (sources: Parameters<typeof runOnCortexM55>[0]) => runOnCortexM55(sources, OPTIMIZED),
  },
] as const;

describe.each(MACHINES)('random cases of each operator $machine $missing', ({ missing, rows: all, run }) => {
  it.skipIf(missing !== '').each(chunksOf(all, TOGETHER))('$name and others', (...rows) => {
    const cases = rows.map((row) => ({ name: row.name, ...rowCases(row, SELECTED + 1)[SELECTED] }));
    const wrong = compareMany(cases, run).flatMap(({ first }, index) =>
      first === '' ? [] : [`${cases[index].name}: ${first}`],
    );
    expect(wrong).toEqual([]);
  });
});
