/** A cure as it was tried, for tests of what is made of such. */

import type { TriedCure } from '../../../src/models/doctor/cures.ts';

export function tried(kind: TriedCure['kind'], sqnrDb: number, more: Partial<TriedCure> = {}): TriedCure {
  return {
    kind,
    name: kind,
    method: 'default',
    densePerChannel: false,
    samples: 64,
    sqnrDb,
    halvesDb: [sqnrDb, sqnrDb],
    bytes: 1000,
    arenaBytes: 1000,
    arenaAtLeast: false,
    seconds: 1,
    ...more,
  };
}
