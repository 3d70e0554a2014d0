/** `tinyml search`, from limits to a project that makes the chosen model. */

import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CleanJson, SearchJson } from '../../src/cli/printed-json.ts';
import type { StageJson } from '../../src/index.ts';
import { BIN, IS_BUILT } from '../built.ts';
import { makeProject, removeFolders, runMain } from './run-main.ts';
import { makeTableProject, tableOf } from './table-projects.ts';

afterAll(removeFolders);

const PROJECT = {
  seed: 3,
  dataset: { source: 'sine', samples: 120 },
  model: { architecture: 'mlp', units: [8] },
  training: { loss: 'mse', epochs: 9, batchSize: 16 },
  quantization: { method: 'tensorflow' },
  check: { flash: 1100 },
};

const SPACE = { knobs: { 'model.units': { length: [1, 2], each: { from: 2, to: 12 } } } };

function searchFolder(project: unknown = PROJECT): string {
  const folder = makeProject(project);
  writeFileSync(join(folder, 'space.json'), JSON.stringify(SPACE));
  return folder;
}

const SEARCH = ['search', '--space', 'space.json', '--trials', '8', '--jobs', '1'];

async function json<Result>(folder: string, ...argv: string[]): Promise<Result> {
  const { code, stdout, stderr } = await runMain(folder, [...argv, '--json']);
  expect([code, stderr]).toEqual([0, expect.not.stringContaining('error')]);
  return JSON.parse(stdout) as Result;
}

function chosenOf({ front, chosen }: SearchJson): SearchJson['front'][number] {
  return front.find(({ trial }) => trial === chosen) as SearchJson['front'][number];
}

describe('a search', () => {
  let folder: string;
  let found: SearchJson;

  beforeAll(async () => {
    folder = searchFolder();
    found = await json(folder, ...SEARCH);
  });

  it('takes the limits of the project, and keeps its front and a project for each point', () => {
    expect(found).toMatchObject({ limits: { flash: 1100 }, seed: 3, trials: 8, failures: [] });
    expect(found.front.every(({ costs }) => costs.flash <= 1100)).toBe(true);
    const kept = JSON.parse(readFileSync(join(folder, 'artifacts', 'search', 'front.json'), 'utf8'));
    const { table: _, plot, ...printed } = found;
    expect(kept).toEqual(printed);
    expect(readFileSync(join(folder, plot), 'utf8')).toContain('What the search found');
    for (const { file } of found.front) expect(existsSync(join(folder, file))).toBe(true);
  });

  it('has points whose projects make the very model that was measured', async () => {
    const { file, model, costs } = chosenOf(found);
    const made = await json<StageJson>(folder, 'convert', '--config', file);
    expect(made.metrics.bytes).toBe(costs.flash);
    const written = join(folder, made.directory, 'model.tflite');
    const { sha256 } = await import('../../src/core/digest.ts');
    expect(sha256(readFileSync(written))).toBe(model);
  });

  it('is done at once when it is asked for again, and prints the front', async () => {
    const { code, stdout } = await runMain(folder, SEARCH);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^8 trials within flash 1,100; the front, the smallest file first:\n/);
    expect(stdout).toMatch(/^chosen.* \d+ {2}.*units \[/m);
    expect(stdout).toContain(`Chosen: ${chosenOf(found).file}`);
    const cleaned = await json<CleanJson>(folder, 'clean');
    expect(cleaned.foreign).toEqual([]);
    const journal = readFileSync(join(folder, 'artifacts', 'search', 'journal.jsonl'), 'utf8');
    expect(journal.trim().split('\n')).toHaveLength(1 + 8);
  });

  it('writes what it chose into a new file, and never over one', async () => {
    mkdirSync(join(folder, 'new'));
    const { written } = await json<SearchJson>(folder, ...SEARCH, '--write', 'new/better.json');
    const better = JSON.parse(readFileSync(join(folder, written as string), 'utf8')) as typeof PROJECT;
    expect(better.model.units).toEqual(chosenOf(found).choices['model.units']);
    const again = await runMain(folder, [...SEARCH, '--write', 'new/better.json']);
    expect([again.code, again.stderr]).toEqual([
      2,
      expect.stringContaining('new/better.json is there already'),
    ]);
  });

  it('of another seed, project or space is refused where one is kept, and begins with --fresh', async () => {
    const { code, stderr } = await runMain(folder, [...SEARCH, '--seed', '4']);
    expect([code, stderr]).toEqual([5, expect.stringContaining('of another seed (3, not 4)')]);
    expect(stderr).toContain('--fresh');
    const other = await json<SearchJson>(folder, ...SEARCH, '--seed', '4', '--fresh');
    expect(other.seed).toBe(4);
    expect(other.front.map(({ model }) => model)).not.toEqual(found.front.map(({ model }) => model));
  });

  it('changes the project file with --write alone, which then makes that model', async () => {
    const own = searchFolder({ ...PROJECT, model: { ...PROJECT.model, fit: { flash: 1100 } } });
    const result = await json<SearchJson>(own, ...SEARCH, '--seed', '7', '--write');
    expect(result.written).toBe('tinyml.config.json');
    const made = await json<StageJson>(own, 'convert');
    const { sha256 } = await import('../../src/core/digest.ts');
    expect(sha256(readFileSync(join(own, made.directory, 'model.tflite')))).toBe(chosenOf(result).model);
    const text = readFileSync(join(own, 'tinyml.config.json'), 'utf8');
    expect(JSON.parse(text)).toMatchObject({ seed: 7, dataset: PROJECT.dataset, check: PROJECT.check });
  });
});

it('reads the data of the project, also for points that lie in other folders', async () => {
  const folder = makeTableProject('regression', {
    dataset: { source: 'csv', path: 'data', target: 'y', task: 'regression' },
    model: { architecture: 'mlp', units: [4] },
    training: { epochs: 3 },
    quantization: { method: 'tensorflow' },
  });
  mkdirSync(join(folder, 'data'));
  writeFileSync(join(folder, 'data', 'a.csv'), tableOf('regression', 80));
  const found = await json<SearchJson>(folder, 'search', '--trials', '4', '--jobs', '1');
  const { file, costs } = chosenOf(found);
  const made = await json<StageJson>(folder, 'convert', '--config', file);
  expect(made.metrics.bytes).toBe(costs.flash);
  // Other data are another search.
  writeFileSync(join(folder, 'data', 'a.csv'), tableOf('regression', 81));
  const { code, stderr } = await runMain(folder, ['search', '--trials', '4', '--jobs', '1']);
  expect([code, stderr]).toEqual([5, expect.stringContaining('of another data')]);
});

it('is stopped with 130, and goes on to the same end', async () => {
  const expected = await json<SearchJson>(searchFolder(), ...SEARCH);
  const folder = searchFolder();
  const stop = new AbortController();
  const stopped = await runMain(folder, SEARCH, {
    signal: stop.signal,
    onStderr: (text) => {
      if (/\b[3-9]\/8/.test(text)) stop.abort();
    },
    isTTY: true,
  });
  expect(stopped.code).toBe(130);
  expect(stopped.stderr).toMatch(/Stopped with [3-8] trials kept/);
  expect(await json<SearchJson>(folder, ...SEARCH)).toEqual(expected);
});

describe('bad input', () => {
  it.each([
    [['--fit', 'ram=x'], 2, 'whole number of bytes'],
    [['--fit', 'rom=1k'], 2, 'such as ram=64k,flash=256k,macs=5M'],
    [['--fit', 'ram=1k,ram=2k'], 2, 'such as ram=64k'],
    [['--trials', '0'], 2, 'at least 1'],
    [['--minutes', '0'], 2, 'above 0'],
    [['--jobs', '999'], 2, 'at most 256'],
    [['--space', 'missing.json'], 3, 'missing.json'],
    [['--space', 'tinyml.config.json'], 3, 'There is no field "seed"'],
    [['--space', 'unknown.json'], 2, 'Did you mean "model.units"?'],
    [['--space', 'empty.json'], 3, 'must have at least 1 element'],
    [['--space', 'text.json'], 3, 'text.json is not JSON'],
    [['--fit', 'flash=500', '--fresh'], 5, 'the least takes'],
    [['--write', 'space.json'], 2, 'is there already'],
  ])('%j ends with %i: %s', async (argv, expected, sentence) => {
    const folder = searchFolder();
    writeFileSync(join(folder, 'unknown.json'), '{"knobs":{"model.unit":[[2]]}}');
    writeFileSync(join(folder, 'empty.json'), '{"knobs":{"model.units":[]}}');
    writeFileSync(join(folder, 'text.json'), 'knobs');
    const { code, stdout, stderr } = await runMain(folder, [
      'search',
      '--trials',
      '2',
      '--jobs',
      '1',
      ...argv,
    ]);
    expect([code, stdout, stderr]).toEqual([expected, '', expect.stringContaining(sentence)]);
  });
});

/** Resolves when it has ended, however; it is killed once `killsWhen` says so. */
function tinyml(
  folder: string,
  argv: readonly string[],
  killsWhen: () => boolean = () => false,
): Promise<string> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [BIN, ...argv], { cwd: folder });
    let stdout = '';
    const watch = setInterval(() => killsWhen() && child.kill('SIGKILL'), 2);
    child.stdout.on('data', (chunk) => {
      stdout += chunk;
    });
    child.stderr.resume();
    child.on('close', () => {
      clearInterval(watch);
      resolve(stdout);
    });
  });
}

describe.skipIf(!IS_BUILT)('threads of a compiled search ("npm run build" makes it)', () => {
  it('give the bytes of one, also when they were killed half-way', async () => {
    const argv = ['search', '--space', 'space.json', '--trials', '8'];
    const alone = await tinyml(searchFolder(), [...argv, '--jobs', '1', '--json']);
    const folder = searchFolder();
    const journal = join(folder, 'artifacts', 'search', 'journal.jsonl');
    const linesOf = (path: string): number =>
      existsSync(path) ? readFileSync(path, 'utf8').split('\n').length - 1 : 0;
    await tinyml(folder, [...argv, '--jobs', '3'], () => linesOf(journal) > 3);
    expect(existsSync(join(folder, 'artifacts', 'search', 'front.json'))).toBe(false);
    const together = await tinyml(folder, [...argv, '--jobs', '3', '--json']);
    expect(JSON.parse(together)).toEqual(JSON.parse(alone));
  });
});
