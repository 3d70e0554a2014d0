/** Whether there is enough calibration data: ranges of one half of it, measured on both. */

import { given } from '../../core/given.ts';
import type { RecordSource } from '../../data/records/records.ts';
import type { Graph } from '../../ir/graph.ts';
import { calibrateFor, plainlyQuantized } from '../quantize/apply-methods.ts';
import { everySecond } from '../quantize/guard-methods.ts';
import { spacedRecords } from '../quantize/held-records.ts';
import { recordNoise } from '../quantize/int8-noise.ts';
import type { WorkContext } from '../run/spread/spread-records.ts';
import { decibelsOf, totalNoise } from './decibels.ts';
import type { Diagnosis } from './diagnosis.ts';

/** Of all of them. */
const MOST_RECORDS = 128;
/** Fewer than this make no two halves. */
const LEAST_HALVED = 8;

/** Undefined for few records. */
export async function crossValidated(
  prepared: Graph,
  records: RecordSource,
  densePerChannel: boolean,
  context: WorkContext,
): Promise<Diagnosis['calibration']> {
  if (records.count < LEAST_HALVED) return undefined;
  const some = spacedRecords(records, MOST_RECORDS);
  const sums = { own: { signal: 0, noise: 0 }, cross: { signal: 0, noise: 0 } };
  for (const half of [0, 1] as const) {
    const apply = await calibrateFor(
      prepared,
      everySecond(some, half),
      { activations: 'int8', densePerChannel },
      context,
    );
    const made = apply([]);
    const int8 = plainlyQuantized(made);
    for (const [name, measured] of [
      ['own', half],
      ['cross', half === 0 ? 1 : 0],
    ] as const) {
      const { signal, noise } = totalNoise(recordNoise(made.graph, int8, everySecond(some, measured)));
      sums[name].signal += signal;
      sums[name].noise += noise;
    }
  }
  return given({ ownDb: decibelsOf(sums.own), crossDb: decibelsOf(sums.cross) });
}
