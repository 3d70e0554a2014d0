/** The C of random networks gives the interpreter's bytes. */

import { describe, expect, it } from 'vitest';
import { runOnCortexM4, runSanitized } from '../cross/compile.ts';
import { missingCortexM4, missingNative } from '../cross/probe.ts';
import { once } from './chunks.ts';
import { compareMany } from './many-graphs.ts';
import { NETWORK_TYPES, networkCase } from './network-cases.ts';

const SEEDS = Array.from({ length: 20 }, (_, index) => index + 1);

/** Made once for both machines. */
const CASES = Object.fromEntries(
  NETWORK_TYPES.map((type) => [type, once(() => Promise.all(SEEDS.map((seed) => networkCase(seed, type))))]),
);

const MACHINES = [
  { machine: 'here, with sanitizers', missing: missingNative(), run: runSanitized },
  { machine: 'on a Cortex-M4', missing: missingCortexM4(), run: runOnCortexM4 },
] as const;

describe.each(MACHINES)('random networks $machine $missing', ({ missing, run }) => {
  it.skipIf(missing !== '').each(NETWORK_TYPES)('in %s', async (type) => {
    const cases = await CASES[type]();
    const wrong = compareMany(cases, run).flatMap(({ first }, index) =>
      first === '' ? [] : [`${cases[index].name}: ${first}`],
    );
    expect(wrong).toEqual([]);
  });
});
