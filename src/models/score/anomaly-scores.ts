/** How an autoencoder tells what is unlike everything normal: by the mean squared error of its reconstruction. */

import { areaUnderCurve, averagePrecision, isRanked, rank } from './ranking.ts';

/** The part of the ROC curve that people can live with: one false alarm in ten. */
const PARTIAL = 0.1;

export interface AnomalyScores {
  /** From it on, a sample is called an anomaly. */
  readonly threshold: number;
  /** Absent where the samples are all normal, or all are anomalies. */
  readonly auc?: number;
  /** Area under the ROC curve up to a false alarm rate of 0.1, divided by 0.1. */
  readonly pAuc?: number;
  readonly averagePrecision?: number;
  readonly f1: number;
  /** Share of the normal samples that are called anomalies; absent where there are none. */
  readonly falseAlarms?: number;
  /** Share of the anomalies that are not noticed; absent where there are none. */
  readonly misses?: number;
  /** Samples, [normal, anomaly] × [called normal, called anomaly]. */
  readonly confusion: readonly (readonly number[])[];
}

/** Mean squared difference of every sample and its reconstruction, every step rounded to float32: firmware computes the same bits. */
export function reconstructionErrors(
  inputs: Float32Array,
  reconstructions: Float32Array,
  samples: number,
): Float64Array {
  const size = inputs.length / samples;
  return Float64Array.from({ length: samples }, (_, sample) => {
    let sum = 0;
    for (let i = sample * size; i < (sample + 1) * size; i++) {
      const difference = Math.fround(inputs[i] - reconstructions[i]);
      sum = Math.fround(sum + Math.fround(difference * difference));
    }
    return Math.fround(sum / size);
  });
}

/** The smallest error that at least the share `quantile` of the errors does not exceed. */
export function quantileOf(errors: Float64Array, quantile: number): number {
  const sorted = errors.slice().sort();
  return sorted[Math.max(0, Math.ceil(quantile * sorted.length) - 1)];
}

/** `isAnomaly[i]` is 1 or 0; above `threshold` lies what is called an anomaly. */
export function anomalyScores(errors: Float64Array, isAnomaly: Int32Array, threshold: number): AnomalyScores {
  const confusion = [
    [0, 0],
    [0, 0],
  ];
  for (const [sample, error] of errors.entries()) confusion[isAnomaly[sample]][error > threshold ? 1 : 0]++;
  const [[right, alarms], [missed, found]] = confusion;
  const ranking = rank(errors, isAnomaly);
  return {
    threshold,
    ...(isRanked(ranking)
      ? {
          auc: areaUnderCurve(ranking),
          pAuc: areaUnderCurve(ranking, PARTIAL),
          averagePrecision: averagePrecision(ranking),
        }
      : {}),
    f1: found === 0 ? 0 : (2 * found) / (2 * found + alarms + missed),
    ...(right + alarms > 0 ? { falseAlarms: alarms / (right + alarms) } : {}),
    ...(missed + found > 0 ? { misses: missed / (missed + found) } : {}),
    confusion,
  };
}
