/** What is reported of a batch besides the loss; `auc` needs all samples at once and is not among them. */

import type { LossName, MetricName } from '../recipe.ts';
import { LOSSES } from './losses.ts';

/** Mean over `count` outputs in rows of `width`. */
type BatchMetric = (outputs: Float32Array, targets: Float32Array, count: number, width: number) => number;

function indexOfMost(values: Float32Array, start: number, width: number): number {
  let best = start;
  for (let i = start + 1; i < start + width; i++) if (values[i] > values[best]) best = i;
  return best;
}

/** Right where the same output is the largest. */
const categoricalAccuracy: BatchMetric = (outputs, targets, count, width) => {
  let right = 0;
  for (let start = 0; start < count; start += width) {
    if (indexOfMost(outputs, start, width) === indexOfMost(targets, start, width)) right++;
  }
  return (right * width) / count;
};

/** Right where both are on the same side of 0.5, each output by itself. */
const binaryAccuracy: BatchMetric = (outputs, targets, count) => {
  let right = 0;
  for (let i = 0; i < count; i++) if (outputs[i] > 0.5 === targets[i] > 0.5) right++;
  return right / count;
};

/** Accuracy is what the loss makes of the outputs: one class of many, or yes and no. */
export function batchMetric(name: Exclude<MetricName, 'auc'>, loss: LossName, width: number): BatchMetric {
  if (name !== 'accuracy') return LOSSES[name].value;
  return width === 1 || loss === 'binaryCrossentropy' ? binaryAccuracy : categoricalAccuracy;
}
