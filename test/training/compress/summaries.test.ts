import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { COMPRESSION_NAMES } from '../../../src/training/compress/index.ts';
import { COMPRESSION_SUMMARIES } from '../../../src/training/compress/summaries.ts';

const README = readFileSync(fileURLToPath(new URL('../../../README.md', import.meta.url)), 'utf8');

it('has a line for every method, which README has, too', () => {
  expect(Object.keys(COMPRESSION_SUMMARIES).sort()).toEqual([...COMPRESSION_NAMES].sort());
  for (const [name, summary] of Object.entries(COMPRESSION_SUMMARIES)) {
    expect(README).toContain(`| \`${name}\` | ${summary} |`);
  }
});
