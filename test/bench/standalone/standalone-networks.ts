/** The C of random networks in every form, here with sanitizers and on emulated processors of Arm, against the interpreter's bytes. */

import { TinymlError } from '../../../src/core/errors.ts';
import {
  runAsCortexM0,
  runOnCortexM3,
  runOnCortexM4,
  runOnCortexM55,
  runSanitized,
  runWithClang,
} from '../../cross/compile.ts';
import { missingClang, missingCortexM4, missingNative } from '../../cross/probe.ts';
import { chunksOf } from '../../standalone/chunks.ts';
import type { GoldenCase } from '../../standalone/golden-cases.ts';
import { compareMany } from '../../standalone/many-graphs.ts';
import { NETWORK_TYPES, networkCase } from '../../standalone/network-cases.ts';
import { atMost, type Outcome, type Section } from '../row.ts';

const NETWORKS = 120;
/** Networks in one program. */
const TOGETHER = 20;

const MACHINES = [
  { machine: 'here, with sanitizers', missing: missingNative, run: runSanitized },
  { machine: 'on a Cortex-M4', missing: missingCortexM4, run: runOnCortexM4 },
  { machine: 'on a Cortex-M3', missing: missingCortexM4, run: runOnCortexM3 },
  { machine: 'by clang, with sanitizers', missing: missingClang, run: runWithClang },
  { machine: 'in the instructions of a Cortex-M0+', missing: missingCortexM4, run: runAsCortexM0 },
  {
    machine: 'on a Cortex-M55, in vectors',
    missing: missingCortexM4,
    run: (sources: Parameters<typeof runOnCortexM55>[0]) => runOnCortexM55(sources, { optimize: '-O2' }),
  },
] as const;

type NetworkType = (typeof NETWORK_TYPES)[number];

/** Networks that `convert` refuses have no graph. */
async function convertible(type: NetworkType): Promise<GoldenCase[]> {
  const cases: GoldenCase[] = [];
  for (let seed = 1; seed <= NETWORKS; seed++) {
    try {
      cases.push(await networkCase(seed, type));
    } catch (error) {
      if (!(error instanceof TinymlError && error.kind === 'unsupported')) throw error;
    }
  }
  return cases;
}

function compared(
  cases: readonly GoldenCase[],
  { machine, missing, run }: (typeof MACHINES)[number],
): Outcome {
  const name = `of ${cases.length} networks, other bytes ${machine}`;
  const why = missing();
  if (why !== '') return { name, why };
  const verdicts = chunksOf(cases, TOGETHER).flatMap((chunk) => compareMany(chunk, run));
  const bytes = verdicts.reduce((sum, verdict) => sum + verdict.compared, 0);
  const differing = verdicts.reduce((sum, verdict) => sum + verdict.differing, 0);
  const wrong = verdicts.flatMap(({ first }, index) =>
    first === '' ? [] : [`${cases[index].name}: ${first}`],
  );
  return {
    name,
    value: wrong.length,
    unit: '',
    target: atMost(0),
    how: [`${differing} of ${bytes.toLocaleString('en-US')} bytes of outputs differ`, ...wrong].join('; '),
  };
}

async function measured(type: NetworkType): Promise<Outcome[]> {
  const cases = await convertible(type);
  return MACHINES.map((machine) => compared(cases, machine));
}

export const standaloneNetworks: Section = Object.fromEntries(
  NETWORK_TYPES.map((type) => [type, () => measured(type)]),
);
