/** What methods made ready, in integers: rounded on what it computes where that was asked for. */

import type { RecordSource } from '../../data/records/records.ts';
import { type Graph, remembersRecords } from '../../ir/graph.ts';
import type { Calibrated } from '../../passes/quantize/methods/method.ts';
import type { Statistics } from '../../passes/quantize/statistics.ts';
import { calibrate } from '../convert/calibrate.ts';
import type { WorkContext } from '../run/spread/spread-records.ts';
import { plainlyQuantized } from './apply-methods.ts';
import { fineTune } from './fine-tune.ts';
import { heldRecords } from './held-records.ts';
import { referenceBytes } from './int8-noise.ts';
import { heldBytes } from './node-runner.ts';
import { roundWeights } from './round-weights.ts';
import { sharedReadBytes } from './shared-reads.ts';

/** Their activations are held. */
const MOST_ROUNDING_RECORDS = 128;

/** Records that weights of `int8` are rounded on, and what calibration saw of them alone. */
export async function roundingRecords(
  { graph, statistics }: Calibrated,
  int8: Graph,
  records: RecordSource,
  context: WorkContext,
): Promise<{ readonly records: RecordSource; readonly statistics: Statistics }> {
  const bytes = heldBytes(int8) + sharedReadBytes(graph, int8) + referenceBytes(graph);
  const some = heldRecords(records, MOST_ROUNDING_RECORDS, bytes);
  return {
    records: some,
    statistics: some === records ? statistics : await calibrate(graph, some, context),
  };
}

async function roundedTogether(
  int8: Graph,
  calibrated: Calibrated,
  records: RecordSource,
  context: WorkContext,
): Promise<Graph> {
  const some = await roundingRecords(calibrated, int8, records, context);
  return roundWeights({ ...calibrated, statistics: some.statistics }, int8, some.records);
}

/** `records` are those that it was calibrated with. */
export async function quantizeCalibrated(
  calibrated: Calibrated,
  records: RecordSource,
  context: WorkContext,
): Promise<Graph> {
  const plain = plainlyQuantized(calibrated);
  // Rounding runs operator after operator over all records, where what one leaves another finds in its state.
  const rounded =
    calibrated.rounding === 'compensated' && !remembersRecords(plain)
      ? await roundedTogether(plain, calibrated, records, context)
      : plain;
  return calibrated.fineTuned ? fineTune(calibrated.graph, rounded, records) : rounded;
}
