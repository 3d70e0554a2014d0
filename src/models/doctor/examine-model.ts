/** A float model as it was read, as the doctor's patient. */

import { unsupportedError } from '../../core/errors.ts';
import type { RecordSource } from '../../data/records/records.ts';
import type { Graph } from '../../ir/graph.ts';
import { checkCalibration } from '../convert/convert-model.ts';
import { isInt8, prepareForInt8, simplifyFloat } from '../convert/lower.ts';
import type { Recipe } from '../quantize/method-names.ts';
import type { WorkContext } from '../run/spread/spread-records.ts';
import type { Patient } from './cures.ts';
import { type Examination, examine } from './examine.ts';
import { holdBack } from './hold-back.ts';

/** What calibrates, what measures, and how the model is to be converted. */
export interface ExamineOptions extends Omit<Patient, 'prepare' | 'held'> {
  /** Other records than those that calibrate; without them every fourth of those is held back. */
  readonly held?: RecordSource | undefined;
}

/**
 * Throws `already-int8` (unsupported), usage errors for records that do not fit the model or are too few, `unsupported`
 * errors for what has no int8 form, and `interrupted`.
 */
export async function examineModel(
  imported: Graph,
  { held, ...options }: ExamineOptions,
  context: WorkContext = {},
): Promise<Examination> {
  if (isInt8(imported)) {
    throw unsupportedError(
      'already-int8',
      'The model is int8 already, and nothing tells what it was in float32',
      'Give the float model that it was made of; "tinyml diff A B --input x.npy" compares both.',
    );
  }
  const { library } = options;
  const prepare = (method: Recipe): Graph => {
    const form = { library, method, without: [] };
    return prepareForInt8(simplifyFloat(imported, form), form);
  };
  const prepared = prepare(options.now.method);
  for (const records of [options.calibration, held ?? options.calibration]) {
    checkCalibration(prepared, records);
  }
  const shared = held === undefined ? holdBack(options.calibration) : { held };
  return examine({ prepare, ...options, ...shared }, context);
}
