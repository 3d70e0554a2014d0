/** What a warning says, what it is made of, and how operators are named in it. */

import type { ConstantBuffer } from '../../../formats/tflite/constant-buffers.ts';
import type { ModelOutline, OperatorView } from '../../../ir/outline.ts';

export interface ModelWarning {
  /** Kebab-case and permanent. */
  readonly code: string;
  /** One sentence that says what and where. */
  readonly message: string;
  /** What to do. */
  readonly hint: string;
}

/** All that the warnings look at. */
export interface WarningFacts {
  readonly outline: ModelOutline;
  /** Of all subgraphs, in order. */
  readonly operators: readonly OperatorView[];
  readonly constants: readonly ConstantBuffer[];
  readonly metadataNames: readonly string[];
}

/** The warnings of one kind that a model deserves. */
export type Rule = (facts: WarningFacts) => readonly ModelWarning[];

/** How many operators a warning names. */
export const MAX_PLACES = 4;

/** `CONV_2D 3`, by the operator's place in the file. */
export function placeOf({ operators }: WarningFacts, view: OperatorView): string {
  return `${view.operator.name} ${operators.indexOf(view)}`;
}

/** One warning for all operators that a test finds, naming the first few. */
export function forOperators(
  facts: WarningFacts,
  found: (view: OperatorView) => boolean,
  describe: (places: string, first: OperatorView) => ModelWarning,
): readonly ModelWarning[] {
  const views = facts.operators.filter(found);
  if (views.length === 0) return [];
  const places = views.slice(0, MAX_PLACES).map((view) => placeOf(facts, view));
  const more = views.length > MAX_PLACES ? ` and ${views.length - MAX_PLACES} more` : '';
  return [describe(`${places.join(', ')}${more}`, views[0])];
}
