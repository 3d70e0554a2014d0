/**
 * The sine network against the same loop in C. A host's other guests may use the second thread of a core. What its instructions bound
 * gets slower then than what waits for results: C for vectors of 256 bits needs half of them, so that medians say as much of
 * the neighbours as of us. The least times are those of a core without neighbours.
 */

import { C_FLAGS, type CFloor, openCFloor } from './c-floor.ts';
import { type EpochTimes, epochRunner, epochTimes, openCompiled } from './epochs.ts';
import { sineJob } from './networks.ts';
import { atMost, formatSeconds, type Outcome, type Row } from './row.ts';
import { median } from './timing.ts';

const CHECKED_EPOCHS = 10;
const EPOCHS_IN_A_ROUND = 60;
const ROUNDS = 15;

const LABEL = 'sine network, one epoch, against C';

type Epoch = () => Promise<readonly number[]>;

/** The largest relative difference of losses. */
async function distanceOf({ losses }: CFloor, runEpoch: Epoch): Promise<number> {
  let distance = 0;
  for (const expected of losses) {
    for (const [index, loss] of (await runEpoch()).entries())
      distance = Math.max(distance, Math.abs(loss - expected[index]) / expected[index]);
  }
  return distance;
}

const medianOf = (times: readonly EpochTimes[]): number => median(times.map((time) => time.median));
const leastOf = (times: readonly EpochTimes[]): number => Math.min(...times.map(({ least }) => least));

/** Not on processors whose vectors are no wider anyway. */
function openNarrow(): CFloor | undefined {
  return process.arch === 'x64' ? openCFloor(sineJob(), 0, C_FLAGS.narrow) : undefined;
}

/** Of the same rounds. */
function rowsOf(
  name: string,
  ours: readonly EpochTimes[],
  theirs: readonly EpochTimes[],
  what: string,
): Row[] {
  const row = (kind: string, of: (times: readonly EpochTimes[]) => number): Row => ({
    name: `${name}, ${kind}`,
    value: of(ours) / of(theirs),
    unit: '×',
    target: atMost(1.1),
    how: `3000 samples, 1000 for validation: ${formatSeconds(of(ours))} against ${formatSeconds(of(theirs))} (${what}); ${ROUNDS} × ${EPOCHS_IN_A_ROUND} epochs`,
  });
  return [row('medians', medianOf), row('least', leastOf)];
}

export async function sineAgainstC(): Promise<Outcome[]> {
  const job = sineJob();
  const floor = openCFloor(job, CHECKED_EPOCHS, C_FLAGS.native);
  if (floor === undefined) return [{ name: LABEL, why: 'there is no C compiler here' }];
  const narrow = openNarrow();
  try {
    const runEpoch = epochRunner(job, openCompiled(job));
    const distance = await distanceOf(floor, runEpoch);
    const [ours, native, slim]: EpochTimes[][] = [[], [], []];
    for (let round = 0; round < ROUNDS; round++) {
      native.push(floor.epochTimes(EPOCHS_IN_A_ROUND));
      ours.push(await epochTimes(runEpoch, EPOCHS_IN_A_ROUND));
      if (narrow) slim.push(narrow.epochTimes(EPOCHS_IN_A_ROUND));
    }
    const { compiler } = floor;
    return [
      ...rowsOf(LABEL, ours, native, `${compiler} ${C_FLAGS.native.join(' ')}`),
      ...(narrow
        ? rowsOf(`${LABEL} with vectors of 128 bits`, ours, slim, `${compiler} ${C_FLAGS.narrow.join(' ')}`)
        : []),
      {
        name: `sine network, losses after ${CHECKED_EPOCHS} epochs against C`,
        value: distance,
        unit: '',
        target: atMost(1e-5),
        how: 'largest relative difference of training and validation losses; same weights, same order of samples',
      },
    ];
  } finally {
    floor.close();
    narrow?.close();
  }
}
