/** Files of samples: what to calibrate with, to predict from, to compare models on. */

import type { FloatArray } from '../../data/records/float-array.ts';
import { openRecords } from '../../data/records/open-records.ts';
import { type RecordSource, readAllRecords } from '../../data/records/records.ts';
import { reorderedRecords } from '../../data/records/reordered-records.ts';
import type { Imported } from '../../formats/importer.ts';
import { getValue } from '../../ir/graph.ts';
import type { Session } from '../terminal/session.ts';
import { openInput } from './inputs.ts';

/** What a file of samples may be, as messages call it. */
const SAMPLE_FILE = 'a .npy, .csv or .json file';

/** The records of a file of samples. A `.npy` file may be larger than memory; they have to be closed. */
export function openSamples(session: Session, path: string): RecordSource {
  const file = openInput(session, path, SAMPLE_FILE);
  try {
    return openRecords(file, path);
  } catch (error) {
    file.close();
    throw error;
  }
}

/** All of them at once. */
export function readSamples(session: Session, path: string): FloatArray {
  const records = openSamples(session, path);
  try {
    return readAllRecords(records, path);
  } finally {
    records.close();
  }
}

/** The records of `--calibration`, where it is given. */
export function openCalibration(session: Session, path: string | undefined): RecordSource | undefined {
  return path === undefined ? undefined : openSamples(session, path);
}

/** Samples for the one input of a model that was read; those of several inputs are as they are. */
export function samplesOfFile(records: RecordSource, { graph, inputOrders }: Imported): RecordSource {
  const [id, ...others] = graph.inputs;
  if (others.length > 0) return records;
  return reorderedRecords(records, getValue(graph, id).type.shape, inputOrders?.[0]);
}
