import { attempt } from '../../core/errors.ts';

/** A figure of a model: exact, "at least `value`" where there is a doubt, or not known where there is only the doubt. */
export interface Figure {
  readonly value?: number;
  /** Why it is not exact, as the end of a sentence. */
  readonly doubt?: string;
}

/** What `figure` computes; where tinyml or TFLM refuses the model, only the reason is known. */
export function figureOrDoubt(figure: () => Figure): Figure {
  const result = attempt(figure);
  return 'refusal' in result ? { doubt: result.refusal } : result.value;
}
