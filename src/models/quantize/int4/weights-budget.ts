/** What 4-bit weights may cost, or what they must save. */

import { usageError } from '../../../core/errors.ts';

/** `3dB`: at most so much less signal to noise than int8 has, in as few bytes as that allows. */
export interface LossBudget {
  readonly kind: 'loss';
  readonly decibels: number;
}

/** `0.6x`: at most this share of the bytes that int8 weights have, with as little noise as that allows. */
export interface ShareBudget {
  readonly kind: 'share';
  readonly share: number;
}

/** A budget of 4-bit weights. */
export type WeightsBudget = LossBudget | ShareBudget;

/** `3dB` or `0.6x`. */
export const BUDGET_PATTERN = /^(?:\d{1,3}(?:\.\d{1,6})? ?d[Bb]|(?:0?\.\d{1,6}|1(?:\.0{1,6})?)x)$/;

const HINT =
  'Give 3dB, for at most 3 dB less signal to noise than int8, or 0.6x, for at most 0.6 of the bytes of its weights.';

/** A budget as it is written: `3dB`, `0.6x`. Throws `bad-budget` (usage). */
export function parseWeightsBudget(text: string): WeightsBudget {
  const number = Number.parseFloat(text);
  if (BUDGET_PATTERN.test(text)) {
    return text.endsWith('x') ? { kind: 'share', share: number } : { kind: 'loss', decibels: number };
  }
  throw usageError('bad-budget', `"${text}" is no budget for weights`, HINT);
}
