/** Samples as they were measured, which are prepared before the model takes them. */

import type { Preparation } from '../../../core/samples/preparation.ts';
import { preparedRecords } from '../../../data/preparing/prepared-records.ts';
import type { RecordSource } from '../../../data/records/records.ts';
import type { Session } from '../../terminal/session.ts';
import { openNamedSamples } from '../../workspace/named-samples.ts';
import { openSamples } from '../../workspace/samples.ts';
import { valueRecords } from './value-records.ts';

/** One of the two. */
interface MeasuredSamples {
  readonly value?: readonly number[];
  readonly input?: string;
}

/** Prepared: named columns by their names, others in the order of the features. */
export async function openMeasured(
  session: Session,
  { value, input }: MeasuredSamples,
  preparation: Preparation,
): Promise<RecordSource> {
  if (value !== undefined) return preparedRecords(valueRecords(value), preparation);
  const path = input as string;
  const named = await openNamedSamples(session, path, preparation);
  return named ?? preparedRecords(openSamples(session, path), preparation);
}
