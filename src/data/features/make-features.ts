/** What training and the chip make of a recording, with what is to be seen of it. */

import { isByRows, type Preparation, preparedShape, rowReach } from '../../core/samples/preparation.ts';
import { elementCount, type Shape } from '../../core/tensor.ts';
import type { StepOptions } from '../preparing/index.ts';
import { applyPreparation, fitSteps } from '../preparing/preparation.ts';
import type { WholeRecording } from './read-recording.ts';

/** Features of one recording. */
export interface Features {
  readonly shape: Shape;
  readonly values: Float32Array;
  /** Of those that are numbers; NaN where none is. */
  readonly least: number;
  readonly most: number;
  /** Values that are no number. */
  readonly missing: number;
  /** From one row to the next, where the recording says its rate and the rows are made as readings come. */
  readonly secondsPerRow?: number;
}

function secondsPerRow({ steps }: Preparation, rate: number | undefined): number | undefined {
  if (rate === undefined) return undefined;
  return steps.filter(isByRows).reduce((product, step) => product * rowReach(step).hop, 1) / rate;
}

/** Fits the steps on that recording alone. Throws `bad-step` (usage) where they do not fit it. */
export async function makeFeatures(
  { values, rows, columns, rate }: WholeRecording,
  steps: readonly StepOptions[],
): Promise<Features> {
  const preparation = await fitSteps(steps, () => [values], [rows, columns]);
  const shape = preparedShape(preparation);
  const made = new Float32Array(elementCount(shape));
  applyPreparation(preparation)(values, 1, made);
  const numbers = made.filter((value) => !Number.isNaN(value));
  const seconds = secondsPerRow(preparation, rate);
  return {
    shape,
    values: made,
    least: numbers.length === 0 ? Number.NaN : numbers.reduce((low, value) => Math.min(low, value)),
    most: numbers.length === 0 ? Number.NaN : numbers.reduce((high, value) => Math.max(high, value)),
    missing: made.length - numbers.length,
    ...(seconds === undefined ? {} : { secondsPerRow: seconds }),
  };
}
