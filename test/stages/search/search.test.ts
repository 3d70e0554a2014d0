import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { memoryStore } from '../../../src/artifacts/memory-store.ts';
import { type ProjectInput, parseProject } from '../../../src/stages/config.ts';
import { CostTeller } from '../../../src/stages/search/foretold-costs.ts';
import { runTrial } from '../../../src/stages/search/run-trial.ts';
import { type SearchSettings, searchProject } from '../../../src/stages/search/search.ts';
import { openSearchJournal } from '../../../src/stages/search/search-journal.ts';
import { forgetfulMemory } from '../../../src/stages/search/search-memory.ts';
import { parseSearchSpace } from '../../../src/stages/search/space/space-schema.ts';
import type { Trial, TrialResult } from '../../../src/stages/search/trial.ts';
import { localRunner, type TrialRunner } from '../../../src/stages/search/trial-runner.ts';
import { sourcesDigest } from '../../../src/stages/search/trial-sources.ts';
import { searchedProject as config, SMALL_PROJECT, SMALL_SPACE as space } from './small-trials.ts';

const settings: SearchSettings = {
  space,
  limits: { flash: 1100 },
  seed: 3,
  trials: 12,
  sources: sourcesDigest([]),
};

/** Up to `slots` at a time, and each as late as it pleases. */
function scrambledRunner(slots: number, delay: (trial: Trial) => number): TrialRunner {
  return {
    slots,
    async run(trial) {
      await new Promise((resolve) => setTimeout(resolve, delay(trial)));
      return runTrial(trial, memoryStore(), {});
    },
    async close() {},
  };
}

/** Trials fail by their own fault. */
function failingRunner(fails: (number: number) => boolean): TrialRunner {
  const runner = localRunner({});
  return {
    ...runner,
    async run(trial) {
      const { number } = trial;
      if (!fails(number)) return runner.run(trial);
      return { number, findings: { outcome: 'failed', code: 'x', message: 'No.' }, seconds: 0 };
    },
  };
}

const withoutSeconds = (result: unknown): unknown => JSON.parse(JSON.stringify(result));

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tinyml-search-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('searchProject', () => {
  it('finds the same however many trials run at a time, and whichever ends first', async () => {
    const alone = await searchProject(config, settings, {
      runner: localRunner({}),
      memory: forgetfulMemory(),
    });
    const together = await searchProject(config, settings, {
      runner: scrambledRunner(4, ({ number }) => (number * 7) % 30),
      memory: forgetfulMemory(),
    });
    expect(together).toEqual(alone);
    expect(alone.trials).toBe(12);
    expect(alone.base?.config.model).toMatchObject({ units: [8] });
    expect(alone.front.every(({ costs }) => costs.flash <= 1100)).toBe(true);
    expect(alone.front).toContain(alone.chosen);
  });

  it('runs what fits and nothing else, and foretells no less than the file has', async () => {
    const trials: Trial[] = [];
    const results: TrialResult[] = [];
    const runner = localRunner({});
    const watched: TrialRunner = {
      ...runner,
      async run(trial) {
        trials.push(trial);
        const result = await runner.run(trial);
        results.push(result);
        return result;
      },
    };
    await searchProject(config, settings, { runner: watched, memory: forgetfulMemory() });
    const teller = new CostTeller({});
    for (const [index, trial] of trials.entries()) {
      const foretold = await teller.foretell(parseProject(trial.config as ProjectInput));
      const { costs } = foretold as { costs: { flash: number } };
      expect(costs.flash).toBeLessThanOrEqual(1100);
      const { findings } = results[index];
      if (findings.outcome === 'scored' && findings.costs !== undefined) {
        expect(findings.costs.flash).toBeLessThanOrEqual(costs.flash);
      }
    }
    expect(new Set(trials.map(({ rung }) => rung))).toEqual(new Set([0, 1, 2]));
    expect(trials.map(({ number }) => number)).toEqual(trials.map((_, index) => index + 1));
  });

  it('goes on where it was stopped, also behind half a line, and ends the same', async () => {
    const path = join(folder, 'search', 'journal.jsonl');
    const identity = { project: config, space, seed: 3, sources: settings.sources };
    const expected = await searchProject(config, settings, {
      runner: localRunner({}),
      memory: forgetfulMemory(),
    });

    const stop = new AbortController();
    let ran = 0;
    const runner = localRunner({ signal: stop.signal });
    const stopping: TrialRunner = {
      ...runner,
      run(trial) {
        if (++ran === 9) stop.abort();
        return runner.run(trial);
      },
    };
    const memory = openSearchJournal(path, 'journal', identity, false);
    await expect(
      searchProject(config, settings, { runner: stopping, memory, signal: stop.signal }),
    ).rejects.toMatchObject({ kind: 'interrupted' });
    await runner.close();
    memory.close();
    const lines = readFileSync(path, 'utf8').trim().split('\n');
    writeFileSync(path, `${lines.join('\n')}\n${lines.at(-1)?.slice(0, 40)}`);

    const trained: Trial[] = [];
    const second = localRunner({});
    const again = openSearchJournal(path, 'journal', identity, false);
    const outcome = await searchProject(config, settings, {
      runner: {
        ...second,
        run(trial) {
          trained.push(trial);
          return second.run(trial);
        },
      },
      memory: again,
    });
    again.close();
    expect(withoutSeconds(outcome)).toEqual(withoutSeconds(expected));
    expect(trained).toHaveLength(12 - (lines.length - 1));
  });

  it('keeps what was finished when the time is over', async () => {
    const over = new AbortController();
    const rungs: number[] = [];
    const runner = localRunner({ signal: over.signal });
    const outcome = await searchProject(
      config,
      { ...settings, trials: undefined },
      {
        runner: {
          ...runner,
          run(trial) {
            rungs.push(trial.rung);
            if (trial.number === 20) over.abort();
            return runner.run(trial);
          },
        },
        memory: forgetfulMemory(),
        timeOver: over.signal,
      },
    );
    // The project itself is trained to the end, the first candidates only a little.
    expect(rungs.slice(0, 5)).toEqual([2, 0, 0, 0, 0]);
    expect(outcome.trials).toBeGreaterThan(5);
    expect(outcome.trials).toBeLessThan(20);
  });

  it('says the least that was found where nothing fits', async () => {
    const run = searchProject(
      config,
      { ...settings, limits: { flash: 500, macs: 2 } },
      { runner: localRunner({}), memory: forgetfulMemory() },
    );
    await expect(run).rejects.toMatchObject({
      code: 'search-none-fits',
      message: expect.stringMatching(
        /fits into 500 bytes of flash and 2 MACs: the least takes \d+ bytes of flash.* \(model.units \[2\]/,
      ),
    });
  });

  it('says why nothing can be tried', async () => {
    const pictures = parseSearchSpace({ knobs: { model: [{ architecture: 'cnn' }] } }, 'space.json');
    const run = searchProject(
      parseProject({ ...SMALL_PROJECT, model: { architecture: 'cnn' } } as unknown as ProjectInput),
      { ...settings, space: pictures },
      { runner: localRunner({}), memory: forgetfulMemory() },
    );
    await expect(run).rejects.toMatchObject({
      code: 'search-no-candidate',
      message: expect.stringContaining('"cnn"'),
    });
  });

  it('says where no trial gave anything', async () => {
    const run = searchProject(config, settings, {
      runner: failingRunner(() => true),
      memory: forgetfulMemory(),
    });
    await expect(run).rejects.toMatchObject({
      code: 'search-no-point',
      message: expect.stringMatching(/^None of 12 trials .* trial 1 failed: No$/),
    });
  });

  it('goes on where a candidate fails, and says which', async () => {
    const outcome = await searchProject(config, settings, {
      runner: failingRunner((number) => number === 3),
      memory: forgetfulMemory(),
    });
    expect(outcome.failures).toEqual([{ trial: 3, message: 'No.' }]);
    expect(outcome.trials).toBe(12);
  });

  it('ends with what is nobody’s fault but the machine’s', async () => {
    const runner: TrialRunner = { slots: 1, run: () => Promise.reject(new Error('out')), async close() {} };
    await expect(searchProject(config, settings, { runner, memory: forgetfulMemory() })).rejects.toThrow(
      'out',
    );
  });
});

describe('the journal', () => {
  const identity = { project: config, space, seed: 3, sources: settings.sources };
  const path = (): string => join(folder, 'journal.jsonl');
  const open = (changes: Partial<typeof identity> = {}, fresh = false) =>
    openSearchJournal(path(), 'journal', { ...identity, ...changes }, fresh).close();

  it.each([
    ['seed (3, not 4)', { seed: 4 }],
    ['project', { project: { ...config, training: { ...config.training, batchSize: 4 } } }],
    ['search space', { space: parseSearchSpace({ knobs: { 'model.dropout': [0] } }, 'x') }],
    ['data', { sources: 'other' }],
  ])('of another %s is refused, and forgotten with --fresh', (what, changes) => {
    open();
    expect(() => open(changes)).toThrow(`of another ${what}`);
    open(changes, true);
    open(changes);
  });

  it('does not care what is exported or checked', () => {
    open();
    open({
      project: {
        ...config,
        export: { ...config.export, name: 'other' },
        check: { ...config.check, flash: 9 },
      },
    });
  });

  it.each(['{"format":"other"}', 'x', '{}'])('that begins with %s is refused', (line) => {
    writeFileSync(path(), `${line}\n`);
    expect(() => open()).toThrow('Line 1 of');
  });

  it('with a line that a search does not write is refused', () => {
    open();
    writeFileSync(path(), `${readFileSync(path(), 'utf8')}{"trial":"x"}\n`);
    expect(() => open()).toThrow('Line 2 of');
  });
});
