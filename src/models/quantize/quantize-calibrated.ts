/** What methods made ready, in integers: rounded on what it computes where that was asked for. */

import type { RecordSource } from '../../data/records/records.ts';
import type { Graph } from '../../ir/graph.ts';
import type { Calibrated } from '../../passes/quantize/methods/method.ts';
import { calibrate } from '../convert/calibrate.ts';
import type { WorkContext } from '../run/spread/spread-records.ts';
import { plainlyQuantized } from './apply-methods.ts';
import { fineTune } from './fine-tune.ts';
import { spacedRecords } from './noise-shares.ts';
import { roundWeights } from './round-weights.ts';

/** Activations of all of them are held at a time. */
const MOST_ROUNDING_RECORDS = 128;

async function roundedTogether(
  int8: Graph,
  { graph, statistics }: Calibrated,
  records: RecordSource,
  context: WorkContext,
): Promise<Graph> {
  const some = spacedRecords(records, MOST_ROUNDING_RECORDS);
  const ofSome = some === records ? statistics : await calibrate(graph, some, context);
  return roundWeights(graph, ofSome, int8, some);
}

/** `records` are those that it was calibrated with. */
export async function quantizeCalibrated(
  calibrated: Calibrated,
  records: RecordSource,
  context: WorkContext,
): Promise<Graph> {
  const plain = plainlyQuantized(calibrated);
  const rounded =
    calibrated.rounding === 'compensated'
      ? await roundedTogether(plain, calibrated, records, context)
      : plain;
  return calibrated.fineTuned ? fineTune(calibrated.graph, rounded, records) : rounded;
}
