/** What `tinyml init --from` says of data is what is so, and what it does of them is said. */

import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { createRandom } from '../../src/core/random.ts';
import { encodePng } from '../../src/data/sources/images/encode-png.ts';
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

  it('are not those of a column that is missing in more than a quarter of them', async () => {
    const folder = makeFolder();
    const random = createRandom(3, 'notes');
    const lines = Array.from({ length: 300 }, (_, i) => {
      const note = random.uniform() < 0.39 ? '' : ['dry', 'wet'][i % 2];
      return `${random.normal().toFixed(3)},${note},${'xyz'[i % 3]}`;
    });
    writeFileSync(join(folder, 'notes.csv'), `a,note,state\n${lines.join('\n')}\n`);
    const init = ['init', '--from', 'notes.csv', '--target', 'state'];
    const { code, stdout, stderr } = await runMain(folder, [...init, 'p']);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^note +category .* ignored +missing in [34]\d(\.\d)?% of the rows$/m);
    expect(stdout).toMatch(
      /^- columns that are missing in more than 25% .* move "note" from "ignore" to "features"/m,
    );
    expect(stderr).not.toContain('left out');
    const { stdout: asked } = await runMain(folder, [...init, '--features', 'a,note', 'asked']);
    expect(asked).toMatch(/^note +category .* feature/m);
    expect(asked).not.toContain('no features');
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

describe('data of which no project can be made', () => {
  const still = Array.from({ length: 60 }, () => '1,2,x\n').join('');
  const oneClass = Array.from({ length: 60 }, (_, i) => `${(i * 7) % 31},${(i * 11) % 37},x\n`).join('');

  it.each([
    ['an empty file', '', /t\.csv is empty/],
    ['a header alone', 'a,b,label\n', /has columns \("a", "b", "label"\), and not one row/],
    ['what never changes', `a,b,label\n${still}`, /No column is left.*"a" \(always the same\)/],
    ['one class', `a,b,label\n${oneClass}`, /All samples are of the class "x"/],
  ])('leave nothing behind: %s', async (_, text, sentence) => {
    const folder = makeFolder();
    writeFileSync(join(folder, 't.csv'), text);
    const { code, stderr } = await runMain(folder, ['init', '--from', 't.csv', 'new/p']);
    expect({ code, stderr }).toEqual({ code: 3, stderr: expect.stringMatching(sentence) });
    expect(readdirSync(folder)).toEqual(['t.csv']);
  });

  it('leave what was there as it was, and say no more than the error with --json', async () => {
    const folder = makeFolder();
    writeFileSync(join(folder, 't.csv'), `a,b,label\n${oneClass}`);
    mkdirSync(join(folder, 'artifacts'));
    writeFileSync(join(folder, 'artifacts', 'mine.txt'), 'mine');
    const schema = '{"title": "Project file of tinyml"}';
    writeFileSync(join(folder, 'tinyml.config.schema.json'), schema);
    const { code, stdout } = await runMain(folder, ['init', '--from', 't.csv', '--json']);
    expect(code).toBe(3);
    expect(JSON.parse(stdout)).toEqual({ error: expect.objectContaining({ code: 'one-class' }) });
    expect(readdirSync(folder).sort()).toEqual(['artifacts', 't.csv', 'tinyml.config.schema.json']);
    expect(readdirSync(join(folder, 'artifacts'))).toEqual(['mine.txt']);
    expect(readFileSync(join(folder, 'tinyml.config.schema.json'), 'utf8')).toBe(schema);
  });

  it('are named with --from: a file is no place for a project', async () => {
    const folder = makeFolder();
    writeFileSync(join(folder, 'my t.csv'), `a,b,label\n${oneClass}`);
    const { code, stderr } = await runMain(folder, ['init', 'my t.csv']);
    expect([code, stderr]).toEqual([
      2,
      "error my t.csv is a file, and a project goes into a folder.\nhint  Name your data with --from: tinyml init --from 'my t.csv'.\n",
    ]);
  });

  it('are not called pictures', async () => {
    const folder = makeFolder();
    writeFileSync(join(folder, 't.csv'), `a,b,label\n${oneClass}`);
    const { code, stderr } = await runMain(folder, ['init', '--from', 't.csv', '--image', '8x8', 'p']);
    expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining('these data are csv') });
    expect(existsSync(join(folder, 'p'))).toBe(false);
  });

  it('name every kind of files once', async () => {
    const folder = makeFolder();
    writeFileSync(join(folder, 't.doc'), '\u0000\u0001hello');
    const { stderr } = await runMain(folder, ['init', '--from', 't.doc', 'p']);
    const kinds = /It reads (.*)\./.exec(stderr)?.[1].split(', ') ?? [];
    expect(kinds).toContain('.json');
    expect(new Set(kinds).size).toBe(kinds.length);
  });
});

describe('what reading does to files', () => {
  const picture = (width: number, height: number) =>
    encodePng({
      width,
      height,
      channels: 3,
      white: 255,
      data: new Uint8Array(width * height * 3).fill(width),
    });

  it('is said of pictures, and not of those that have the size', async () => {
    const folder = makeFolder();
    for (const label of ['cat', 'dog']) {
      mkdirSync(join(folder, 'd', label), { recursive: true });
      for (let i = 0; i < 10; i++)
        writeFileSync(
          join(folder, 'd', label, `${i}.png`),
          picture(i === 0 ? 20 : 12, label === 'cat' ? 12 : 12 + i),
        );
    }
    const reasons = async (...argv: string[]) =>
      foundIn((await runMain(folder, ['init', '--from', 'd', '--json', ...argv])).stdout).reasons;
    expect(await reasons('--image', '12x12x1', 'a')).toEqual(
      expect.arrayContaining([
        'pictures are resized to 12×12, the middle of what has other proportions: 11 of 20 files have another size',
        'pictures become grey: 20 of 20 files have colours',
      ]),
    );
    mkdirSync(join(folder, 'same'));
    for (const label of ['x', 'y']) {
      mkdirSync(join(folder, 'same', label));
      for (let i = 0; i < 6; i++) writeFileSync(join(folder, 'same', label, `${i}.png`), picture(8, 8));
    }
    const { stdout } = await runMain(folder, ['init', '--from', 'same', '--json', 'b']);
    expect(foundIn(stdout).reasons.join()).not.toMatch(/resized|grey/);
  });

  it('is said of rows that are left out with --skip-bad, and why', async () => {
    const folder = makeFolder();
    const rows = Array.from(
      { length: 80 },
      (_, i) => `${(i * 7) % 31},${(i * 11) % 37},${'xy'[i % 2]}\n`,
    ).join('');
    writeFileSync(join(folder, 't.csv'), `a,b,label\n${rows}1,2\n`);
    const { code, stderr } = await runMain(folder, ['init', '--from', 't.csv', '--skip-bad', '2', 'p']);
    expect(code).toBe(0);
    expect(stderr).toContain('1 row or file that cannot be read is left out');
    expect(stderr).toMatch(/t\.csv.*82/);
  });
});
