/** Which samples of a project calibrate its model. */

import type { Artifact } from '../../artifacts/store.ts';
import { drawnOf } from '../../core/orders/shuffled-order.ts';
import { createRandom } from '../../core/random.ts';
import { PREPARATION_FILE, parsePreparation } from '../../data/preparing/preparation.ts';
import { pickRecords, type RecordSource } from '../../data/records/records.ts';
import { clipLimits, withExcursions } from '../../models/convert/excursions.ts';
import { readDescription } from '../dataset-reader.ts';

/** `count` different records, or all there are, drawn by the seed, in the order they were drawn. */
function representativeSamples(source: RecordSource, count: number, seed: number): RecordSource {
  return pickRecords(source, drawnOf(createRandom(seed, 'representative samples'), source.count, count));
}

/** What an anomaly detector is to notice leaves the range of everything normal: calibration goes there too. */
function withAnomalies(dataset: Artifact, records: RecordSource): RecordSource {
  if (readDescription(dataset)?.task !== 'anomaly') return records;
  const limits = clipLimits(parsePreparation(dataset.read(PREPARATION_FILE)));
  return limits === undefined ? records : withExcursions(records, limits);
}

export interface CalibrationRecords {
  readonly records: RecordSource;
  /** How many of them, at the end, are made of others. */
  readonly excursions: number;
}

/** `count` of the training samples `x` of a dataset, or all there are; the first of more of them are the same. */
export function calibrationRecords(
  dataset: Artifact,
  x: RecordSource,
  count: number,
  seed: number,
): CalibrationRecords {
  const own = representativeSamples(x, count, seed);
  const records = withAnomalies(dataset, own);
  return { records, excursions: records.count - own.count };
}
