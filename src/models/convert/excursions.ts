/**
 * Records for calibration in which one channel leaves what is normal: anomalies are what normal records clip, and an
 * autoencoder that is to measure them must not saturate.
 */

import type { Preparation } from '../../core/samples/preparation.ts';
import { type RecordSource, recordLengthOf } from '../../data/records/records.ts';

/** How far every channel of the last axis goes. */
export interface ChannelLimits {
  readonly low: readonly number[];
  readonly high: readonly number[];
}

/** The limits of a preparation that ends by clipping; undefined for one that does not bound its samples. */
export function clipLimits({ steps }: Preparation): ChannelLimits | undefined {
  const last = steps.at(-1);
  return last?.step === 'clip' ? last.parameters : undefined;
}

/** After the records, for every channel one of them with that channel at its lower limit, and one at its upper limit. */
export function withExcursions(records: RecordSource, { low, high }: ChannelLimits): RecordSource {
  const channels = low.length;
  const size = recordLengthOf(records);
  const readExcursion = (index: number, into: Float32Array): void => {
    records.read(index % records.count, 1, into);
    const channel = index >> 1;
    const value = (index & 1 ? high : low)[channel];
    for (let i = channel; i < size; i += channels) into[i] = value;
  };
  return {
    ...records,
    count: records.count + 2 * channels,
    read(start, rows, into) {
      const own = Math.max(0, Math.min(rows, records.count - start));
      if (own > 0) records.read(start, own, into);
      for (let row = own; row < rows; row++) {
        const index = start + row - records.count;
        readExcursion(index, into.subarray(row * size, (row + 1) * size));
      }
    },
  };
}
