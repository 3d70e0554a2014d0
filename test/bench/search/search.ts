/** What a search finds in so much time: the command itself, on a project of the rows of `compress`, within limits. */

import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SearchJson } from '../../../src/cli/printed-json.ts';
import type { SearchPoint } from '../../../src/stages/search/front.ts';
import { MNIST_CNN } from '../compress/bases.ts';
import { option } from '../options.ts';
import { atLeast, atMost, type Outcome, type Section } from '../row.ts';
import { withShared } from '../shared.ts';
import { BIN } from '../start-up.ts';

const MINUTES = 10;
const JOBS = 2;
const LIMITS = 'ram=16k,flash=12k';
/** Of the bytes of the network that somebody wrote. */
const SMALLER = 0.7;

function search(project: object, argv: readonly string[]): SearchJson {
  const folder = mkdtempSync(join(tmpdir(), 'tinyml-bench-search-'));
  try {
    writeFileSync(join(folder, 'tinyml.config.json'), JSON.stringify(project));
    const { status, stdout, stderr } = spawnSync(process.execPath, [BIN, 'search', ...argv, '--json'], {
      cwd: folder,
      encoding: 'utf8',
      maxBuffer: 2 ** 28,
    });
    if (status !== 0) throw new Error(stderr.trim().split('\n').slice(-2).join(' '));
    return JSON.parse(stdout) as SearchJson;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const testOf = ({ test }: SearchPoint): number => test.converted ?? Number.NaN;

/** The best by validation of those that are so much smaller than the network that somebody wrote. */
function smallerPoint({ front }: SearchJson, base: SearchPoint): SearchPoint | undefined {
  const small = front.filter(({ costs }) => costs.flash <= SMALLER * base.costs.flash);
  return small.toSorted((a, b) => (b.validation.converted ?? 0) - (a.validation.converted ?? 0))[0];
}

function describe({ test, costs, choices }: SearchPoint): string {
  return `${test.converted} of the test at ${costs.flash} bytes, arena ${costs.arena}, ${costs.macs} MACs${choices === undefined ? '' : `, ${JSON.stringify(choices)}`}`;
}

function rowsOf(title: string, project: object): Outcome[] {
  const minutes = option('--minutes') ?? MINUTES;
  const found = search(project, [
    ...['--fit', LIMITS, '--minutes', String(minutes), '--jobs', String(JOBS)],
    ...['--seed', String(option('--seed') ?? 1)],
  ]);
  const { base, trials } = found;
  if (base === undefined) throw new Error('the network itself was not trained to the end');
  const point = smallerPoint(found, base);
  const how = `${trials} trials in ${minutes} min on ${JOBS} cores within ${LIMITS}; the network itself: ${describe(base)}`;
  if (point === undefined) {
    return [
      { name: `${title}: bytes`, refused: 'no point is smaller', unit: '×', target: atMost(SMALLER), how },
    ];
  }
  return [
    {
      name: `${title}: int8 accuracy above that of the network itself`,
      value: 100 * (testOf(point) - testOf(base)),
      unit: 'points',
      target: atLeast(0),
      how: `best of the front by validation with at most ${SMALLER} of its bytes: ${describe(point)}`,
    },
    {
      name: `${title}: bytes of that`,
      value: point.costs.flash / base.costs.flash,
      unit: '×',
      target: atMost(SMALLER),
      how,
    },
  ];
}

const MNIST_TITLE = 'mnist cnn 8-16-24';

/** By name; `npm run bench -- search --minutes N --seed S` takes another time, another seed. */
export const searchRows: Section = {
  mnist: withShared(MNIST_TITLE, async () => rowsOf(MNIST_TITLE, MNIST_CNN)),
};
