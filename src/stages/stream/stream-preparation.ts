import type { Artifact } from '../../artifacts/store.ts';
import { inputError } from '../../core/errors.ts';
import type { Preparation } from '../../core/samples/preparation.ts';
import { PREPARATION_FILE, parsePreparation } from '../../data/preparing/preparation.ts';

/** What is done to the readings of a dataset of files. Throws `no-stream` (input) where some of them are texts. */
export function streamPreparation(dataset: Artifact): Preparation {
  const preparation = parsePreparation(dataset.readText(PREPARATION_FILE));
  if (!preparation.steps.some(({ step }) => step === 'one-hot')) return preparation;
  throw inputError(
    'no-stream',
    'A column of the data holds texts, and a stream is of numbers',
    'Leave the column out with "ignore", or leave "stream" out.',
  );
}
