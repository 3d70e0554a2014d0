import { L2_NORMALIZE_FLOAT, LOG_SOFTMAX_FLOAT, SOFTMAX_FLOAT } from '../../definitions/rows/real-rows.ts';
import type { CStep, Emission } from '../../emitter.ts';
import { rowwise } from './normalization.ts';

/** A double in C. */
function doubleLiteral(value: number): string {
  const text = String(value);
  return /[.e]/.test(text) ? text : `${text}.0`;
}

export function softmaxFloat(
  step: CStep<unknown, { readonly beta: number; readonly depth: number }>,
): Emission {
  const { beta, depth } = step.prepared;
  return rowwise(step, depth, SOFTMAX_FLOAT, [doubleLiteral(beta), String(depth)]);
}

type Rows = CStep<unknown, { readonly depth: number }>;

export const logSoftmaxFloat = (step: Rows): Emission =>
  rowwise(step, step.prepared.depth, LOG_SOFTMAX_FLOAT, [String(step.prepared.depth)]);

export const l2NormalizationFloat = (step: Rows): Emission =>
  rowwise(step, step.prepared.depth, L2_NORMALIZE_FLOAT, [String(step.prepared.depth)]);
