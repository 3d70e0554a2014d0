/** What `tinyml init --from` says of data is what is so, and what it does of them is said. */

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { createRandom } from '../../src/core/random.ts';
import { makeFolder, removeFolders, runMain } from './run-main.ts';

afterAll(removeFolders);

interface Found {
  readonly columns: readonly {
    readonly name: string;
    readonly role: string;
    readonly missing?: number;
    readonly remark?: string;
  }[];
  readonly reasons: readonly string[];
}

const foundIn = (stdout: string): Found => (JSON.parse(stdout) as { found: Found }).found;

describe('rows that are left out', () => {
  function writeGaps(folder: string): void {
    const random = createRandom(3, 'gaps');
    const lines = Array.from({ length: 300 }, (_, i) => {
      const rare = i % 3 === 0 ? random.normal().toFixed(3) : '-999';
      return `${i % 5 === 0 ? '' : random.normal().toFixed(3)},${rare},${random.normal().toFixed(3)},${'xy'[i % 2]}`;
    });
    writeFileSync(join(folder, 'gaps.csv'), `a,rare,b,label\n${lines.join('\n')}\n`);
  }

  it('are counted by init and dataset, in words and in numbers', async () => {
    const folder = makeFolder();
    writeGaps(folder);
    const { code, stdout, stderr } = await runMain(folder, ['init', '--from', 'gaps.csv', 'p']);
    expect(code).toBe(0);
    expect(stderr).toContain('60 of 300 rows (20%) are left out');
    expect(stderr).toContain('"a" in 60');
    expect(stdout).toMatch(/^rare +number .* 200 +ignored +missing in 66\.7% of the rows/m);
    expect(stdout).toContain('what is to be learned is the column "label"');
    const { stdout: made } = await runMain(join(folder, 'p'), ['dataset', '--json']);
    expect(JSON.parse(made)).toMatchObject({ metrics: { dropped: 60, train: 144 } });
  });

  it('count codes among what is missing', async () => {
    const folder = makeFolder();
    writeGaps(folder);
    const { stdout } = await runMain(folder, ['init', '--from', 'gaps.csv', '--json', 'p']);
    expect(foundIn(stdout).columns).toMatchObject([
      { missing: 60 },
      { missing: 200 },
      { missing: 0 },
      { missing: 0 },
    ]);
  });
});
