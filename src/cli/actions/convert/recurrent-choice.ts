/** What `--recurrent` says: a form of what was read, and how it is read. */

import type { RecurrentForm } from '../../../models/convert/recurrent-names.ts';

/** `step` is one time step at an Invoke, with states that go on; with `step-io` they are inputs and outputs. */
export const RECURRENT_CHOICES = ['fused', 'unrolled', 'step', 'step-io'] as const;
/** One of `RECURRENT_CHOICES`. */
export type RecurrentChoice = (typeof RECURRENT_CHOICES)[number];

/** Whether the network of one time step is what is read. */
export function isStepChoice(choice: RecurrentChoice | undefined): boolean {
  return choice === 'step' || choice === 'step-io';
}

/** The form of what was read; a network of one step that keeps its states has none to choose. */
export function formOfChoice(choice: RecurrentChoice | undefined): RecurrentForm | undefined {
  if (choice === 'step') return undefined;
  return choice === 'step-io' ? 'state-ends' : choice;
}
