/** Labels of a recording as the stretches that what was heard is judged by. */

import { inputError } from '../../core/errors.ts';
import type { EventLabel } from '../../data/streams/event-labels.ts';
import type { Stretch } from './replay.ts';

/**
 * What lies between labels is background. `labels` are those of the outputs; `silent` are outputs that are never heard. Throws
 * `unknown-class` (input) for a label that is that of no output.
 */
export function labelledStretches(
  labels: readonly EventLabel[],
  outputs: readonly string[],
  silent: (output: number) => boolean,
  rate: number,
  rows: number,
): readonly Stretch[] {
  const stretches: Stretch[] = [];
  let end = 0;
  const add = (until: number, output: number | undefined): void => {
    if (until > end) stretches.push({ start: end, rows: until - end, output });
    end = Math.max(end, until);
  };
  for (const { startSeconds, endSeconds, label } of labels) {
    const place = outputs.indexOf(label);
    if (place < 0) {
      throw inputError(
        'unknown-class',
        `The label ${JSON.stringify(label)} at ${startSeconds} s names none of ${outputs.join(', ')}`,
        'Name classes as the project does; what is not labelled is background.',
      );
    }
    add(Math.min(rows, Math.round(startSeconds * rate)), undefined);
    add(Math.min(rows, Math.round(endSeconds * rate)), silent(place) ? undefined : place);
  }
  add(rows, undefined);
  return stretches;
}
