import { openNpyRecords, type RecordSource } from '../../data/records.ts';
import type { Session } from '../terminal/session.ts';
import { openInput } from './inputs.ts';

/** The records of `--calibration`, which may be larger than memory; they have to be closed. */
export function openCalibration(session: Session, path: string | undefined): RecordSource | undefined {
  if (path === undefined) return undefined;
  return openNpyRecords(openInput(session, path, 'a .npy file'), path);
}
