/** Where one C program of many graphs runs: with sanitizers, with DSP instructions, and without. */

import { type ProgramRun, runOnCortexM3, runOnCortexM4, runSanitized } from '../cross/compile.ts';
import { missingCortexM4, missingNative } from '../cross/probe.ts';

export const THREE_MACHINES: readonly {
  readonly machine: string;
  /** Why it cannot be had here; empty where it can. */
  readonly missing: string;
  readonly run: (sources: Readonly<Record<string, string>>) => ProgramRun;
}[] = [
  { machine: 'here, with sanitizers', missing: missingNative(), run: runSanitized },
  {
    machine: 'on a Cortex-M4',
    missing: missingCortexM4(),
    run: (sources) => runOnCortexM4(sources, { strict: true, optimize: '-O2' }),
  },
  { machine: 'on a Cortex-M3', missing: missingCortexM4(), run: runOnCortexM3 },
];
