/** Folds side by side: whose error is told, and what becomes of folds whose helper was lost. */

import { expect, it } from 'vitest';
import { memoryStore } from '../../src/artifacts/memory-store.ts';
import { inputError } from '../../src/core/errors.ts';
import { parseProject } from '../../src/stages/config.ts';
import { crossValidate } from '../../src/stages/cross-validation.ts';
import type { FoldHelpers } from '../../src/stages/folds/evaluate-fold.ts';

const PROJECT = { config: parseProject({ dataset: { source: 'sine' } }), store: memoryStore() };

const refused = async (): Promise<never> => {
  throw inputError('here', 'It was to be done in this thread.');
};

/** Folds that end in the opposite order. */
function helpers(outcome: (fold: number) => undefined | Error, asked: number[] = []): FoldHelpers {
  return {
    slots: 3,
    async evaluate({ turn }) {
      asked.push(turn.fold);
      for (let wait = turn.fold; wait < 5; wait++) await Promise.resolve();
      const failed = outcome(turn.fold);
      if (failed !== undefined) throw failed;
      return undefined;
    },
  };
}

it('tells the error of the first fold that has one, and begins none behind it', async () => {
  const asked: number[] = [];
  const failing = helpers((fold) => inputError('fold', `Fold ${fold} failed.`), asked);
  await expect(crossValidate(PROJECT, 9, refused, failing)).rejects.toThrow('Fold 0 failed.');
  expect(asked).toEqual([0, 1, 2]);
});

it('does in its own thread what a helper was lost over', async () => {
  const asked: number[] = [];
  const lost = helpers(() => undefined, asked);
  await expect(crossValidate(PROJECT, 9, refused, lost)).rejects.toThrow('It was to be done in this thread.');
  expect(asked).toEqual([0, 1, 2]);
});

it('is one thread where there is one core', async () => {
  const one = { ...helpers(() => undefined), slots: 1, evaluate: () => expect.unreachable('no helper') };
  await expect(crossValidate(PROJECT, 2, refused, one)).rejects.toThrow('It was to be done in this thread.');
});
