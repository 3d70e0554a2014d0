/** Files that tables name: where they are looked for, and what is asked for there. */

import { expect, it } from 'vitest';
import type { ListFiles } from '../../../src/core/data-file.ts';
import { inputError } from '../../../src/core/errors.ts';
import { listedAt } from '../../../src/stages/dataset/open-files.ts';

it('asks for what is stored, never for a pipe that nobody writes to', () => {
  const asked: Parameters<ListFiles>[] = [];
  const listFiles: ListFiles = (...question) => {
    asked.push(question);
    throw inputError('no-such-file', 'there is none');
  };
  expect(listedAt('data/a.wav', { listFiles })).toEqual([]);
  expect(asked).toEqual([['data/a.wav', 'stored']]);
});
