/** C that is to be small or fast gives the interpreter's bytes as well: of operators that are then written in another way. */

import { describe, expect, it } from 'vitest';
import { OPTIMIZE_GOALS, type Optimize } from '../../src/targets/c/optimize.ts';
import { compileProgram } from '../../src/targets/c/program.ts';
import { sourceCode } from '../../src/targets/c/source-code.ts';
import { standaloneNames } from '../../src/targets/c/standalone-names.ts';
import { type CompileOptions, runOnCortexM4, runSanitized } from '../cross/compile.ts';
import { missingCortexM4, missingNative } from '../cross/probe.ts';
import { once } from './chunks.ts';
import { type Comparison, compareMany } from './many-graphs.ts';
import { networkCase } from './network-cases.ts';
import { ROWS, rowCases } from './table-rows.ts';

const CASES = 4;
const SEEDS = [1, 2, 3];

type Named = Comparison & { readonly name: string };

function sourceOf({ graph }: Comparison, optimize: Optimize): string {
  return sourceCode(compileProgram(graph, { optimize }), standaloneNames(graph, 'model'));
}

/** Cases that each goal changes. */
const CHANGED = Object.fromEntries(OPTIMIZE_GOALS.map((goal) => [goal, once(() => changedCases(goal))]));

function changedCases(goal: Optimize): Named[] {
  return ROWS.filter(({ type }) => type === 'int8')
    .flatMap((row) => rowCases(row, CASES).map((one) => ({ name: row.name, ...one })))
    .filter((one) => sourceOf(one, goal) !== sourceOf(one, 'balanced'));
}

interface Machine {
  readonly machine: string;
  readonly missing: string;
  readonly run: typeof runSanitized;
  readonly levels: Readonly<Partial<Record<Optimize, CompileOptions['optimize']>>>;
}

const MACHINES: readonly Machine[] = [
  { machine: 'here, with sanitizers', missing: missingNative(), run: runSanitized, levels: {} },
  {
    machine: 'on a Cortex-M4',
    missing: missingCortexM4(),
    run: runOnCortexM4,
    // As build files ask for: compilers then know most, and warn of most.
    levels: { speed: '-O3' },
  },
];

const GOALS = OPTIMIZE_GOALS.filter((goal) => goal !== 'balanced');

describe.each(MACHINES)('$machine $missing', ({ missing, run, levels }) => {
  const faults = (cases: readonly Named[], goal: Optimize): string[] => {
    const optimize = levels[goal];
    const options = { strict: true, ...(optimize && { optimize }) } as const;
    return compareMany(cases, (sources) => run(sources, options), { optimize: goal }).flatMap(
      ({ first }, index) => (first === '' ? [] : [`${cases[index].name}: ${first}`]),
    );
  };

  it.skipIf(missing !== '').each(GOALS)('operators for %s', (goal) => {
    const cases = CHANGED[goal]();
    expect(cases.length).toBeGreaterThan(10);
    expect(faults(cases, goal)).toEqual([]);
  });

  it.skipIf(missing !== '').each(GOALS)('random networks for %s', async (goal) => {
    const cases = await Promise.all(SEEDS.map((seed) => networkCase(seed, 'int8')));
    expect(faults(cases, goal)).toEqual([]);
  });
});
