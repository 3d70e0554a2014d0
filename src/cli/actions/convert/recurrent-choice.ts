/** What `--recurrent` says: a form of what was read, or how it is read. */

import { RECURRENT_FORMS, type RecurrentForm } from '../../../models/convert/recurrent-names.ts';

/** `step` is one time step at an Invoke, with states that go on. */
export const RECURRENT_CHOICES = [...RECURRENT_FORMS, 'step'] as const;
/** One of `RECURRENT_CHOICES`. */
export type RecurrentChoice = (typeof RECURRENT_CHOICES)[number];

/** The form of what was read; a network of one step has none to choose. */
export function formOfChoice(choice: RecurrentChoice | undefined): RecurrentForm | undefined {
  return choice === 'step' ? undefined : choice;
}
