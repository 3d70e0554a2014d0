/** Which outputs of a model stand for classes that are to be heard. */

import { inputError } from '../../core/errors.ts';

export interface HeardOutputs {
  /** The class that each output stands for. One output stands for the second of two classes. */
  readonly labels: readonly string[];
  /** Outputs that are never heard. */
  readonly silent: ReadonlySet<number>;
  /** The output of a class by its place; undefined for one that is never heard. */
  of(place: number): number | undefined;
}

function requireKnown(classes: readonly string[], background: readonly string[]): void {
  const unknown = background.find((name) => !classes.includes(name));
  if (unknown === undefined) return;
  throw inputError(
    'unknown-class',
    `stream.background names ${JSON.stringify(unknown)}, and the classes are ${classes.join(', ')}`,
    'Name classes that there are.',
  );
}

function requireSomething(classes: readonly string[], background: readonly string[], outputs: number): void {
  if (outputs === 1 && !background.includes(classes[0])) {
    throw inputError(
      'nothing-to-hear',
      `The one output says how much it is ${classes[1]}, so ${classes[0]} cannot be heard`,
      `Name ${classes[0]} in stream.background, or give the model an output for each class.`,
    );
  }
  if (background.length < classes.length) return;
  throw inputError(
    'nothing-to-hear',
    'stream.background names all classes, and nothing is left to be heard',
    'Leave out those that are to be heard.',
  );
}

/** Of an autoencoder: one score, of what is not normal. */
export const HEARD_ANOMALIES: HeardOutputs = {
  labels: ['anomaly'],
  silent: new Set(),
  of: (place) => (place === 1 ? 0 : undefined),
};

/** Throws `unknown-class` and `nothing-to-hear` (input). */
export function heardOutputs(
  classes: readonly string[],
  background: readonly string[],
  outputs: number,
): HeardOutputs {
  requireKnown(classes, background);
  requireSomething(classes, background, outputs);
  const labels = outputs === 1 ? [classes[1]] : classes;
  const isSilent = (label: string): boolean => background.includes(label);
  return {
    labels,
    silent: new Set(labels.flatMap((label, output) => (isSilent(label) ? [output] : []))),
    of: (place) => (isSilent(classes[place]) ? undefined : labels.indexOf(classes[place])),
  };
}
