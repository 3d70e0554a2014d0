import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { memoryStore } from '../../../../src/artifacts/memory-store.ts';
import type { ProjectInput } from '../../../../src/stages/config.ts';
import {
  foundOutcome,
  outcomeText,
  parseOutcome,
  parseTrial,
  trialText,
} from '../../../../src/stages/search/queue/trial-message.ts';
import { runTrial } from '../../../../src/stages/search/run-trial.ts';
import { type SearchOutcome, searchProject } from '../../../../src/stages/search/search.ts';
import { openSearchJournal } from '../../../../src/stages/search/search-journal.ts';
import { forgetfulMemory, type SearchMemory } from '../../../../src/stages/search/search-memory.ts';
import { parseSearchSpace } from '../../../../src/stages/search/space/space-schema.ts';
import type { Trial, TrialResult } from '../../../../src/stages/search/trial.ts';
import { localRunner, type TrialRunner } from '../../../../src/stages/search/trial-runner.ts';
import { sourcesDigest } from '../../../../src/stages/search/trial-sources.ts';
import { searchedProject as config, smallTrial, SMALL_SPACE as space } from '../small-trials.ts';

const MODELS: Trial['models'] = [[3], [8], [4, 4]].map((units) => ({ architecture: 'mlp', units }));

const shared = smallTrial({ measures: 'shared', models: MODELS });

describe('a trial of many networks', () => {
  it('gives the loss of each, wherever it runs', async () => {
    const store = memoryStore();
    await runTrial(smallTrial(), store, {});
    const { findings } = await runTrial(shared, store, {});
    expect(findings).toEqual({ outcome: 'shared', losses: [0, 0, 0].map(() => expect.any(Number)) });
    const carried = parseTrial(trialText(shared));
    const result = await runTrial(carried, memoryStore(), {});
    expect(result.findings).toEqual(findings);
    expect(parseOutcome(outcomeText(foundOutcome(result)), shared)).toEqual({ outcome: 'found', result });
  });

  it('keeps what cannot be trained as its finding', async () => {
    const models = [...(MODELS ?? []), { architecture: 'cnn' }];
    const { findings } = await runTrial({ ...shared, models }, memoryStore(), {});
    expect(findings).toMatchObject({ outcome: 'failed', message: expect.stringContaining('cnn') });
  });
});

const settings = { space, limits: { flash: 1200 }, seed: 3, trials: 30, sources: sourcesDigest([]) };

/** Remembers what it ran; trials from `stopAt` on never come to an end. */
function watched(runner: TrialRunner, stop?: { readonly at: number; readonly controller: AbortController }) {
  const ran: Trial[] = [];
  const results = new Map<number, TrialResult>();
  const watching: TrialRunner = {
    ...runner,
    async run(trial) {
      if (trial.number === stop?.at) stop.controller.abort();
      ran.push(trial);
      const result = await runner.run(trial);
      results.set(trial.number, result);
      return result;
    },
  };
  return { ran, results, watching };
}

async function searched(
  memory: SearchMemory,
  runner: TrialRunner,
  signal?: AbortSignal,
): Promise<SearchOutcome> {
  try {
    return await searchProject(config, settings, {
      runner,
      memory,
      ...(signal === undefined ? {} : { signal }),
    });
  } finally {
    await runner.close();
    memory.close();
  }
}

describe('a search with room for a supernet', () => {
  const { ran, results, watching } = watched(localRunner({}));
  let outcome: SearchOutcome;
  beforeAll(async () => {
    outcome = await searched(forgetfulMemory(), watching);
  });

  it('judges many networks in its fourth trial, and lets the best of them in above the first rung', async () => {
    const fourth = ran[3];
    expect(fourth).toMatchObject({ measures: 'shared', epochs: 3, config: { training: { epochs: 3 } } });
    expect(fourth.models?.length).toBe(60);
    expect(new Set(fourth.models?.map((model) => JSON.stringify(model))).size).toBe(60);
    const { findings } = results.get(4) as TrialResult;
    const losses = findings.outcome === 'shared' ? findings.losses : [];
    const order = losses.map((_, place) => place).sort((a, b) => (losses[a] ?? 0) - (losses[b] ?? 0));
    const seen = new Set<string>();
    const newAbove = ran.slice(4).filter(({ config: { model, training }, rung }) => {
      const text = JSON.stringify([model, (training as ProjectInput['training'])?.learningRate]);
      const isNew = !seen.has(text);
      seen.add(text);
      return isNew && rung === 1;
    });
    // Which of them come in is the screening's; another trial may have been the same before.
    const ranks = newAbove.map(({ config: { model } }) =>
      order.findIndex((place) => JSON.stringify(fourth.models?.[place]) === JSON.stringify(model)),
    );
    expect(ranks).not.toContain(-1);
    expect(Math.min(...ranks)).toBeLessThan(10);
    expect(outcome.trials).toBe(30);
    expect(outcome.failures).toEqual([]);
    expect(outcome.points.some(({ trial }) => trial === 4)).toBe(false);
  });

  it.each([
    ['last', 80],
    ['at once', 0],
  ])('is the same where those networks are judged %s', async (_, delay) => {
    const late: TrialRunner = {
      slots: 8,
      async run({ number, measures }) {
        const wait = measures === 'shared' ? delay : (number * 7) % 20;
        await new Promise((resolve) => setTimeout(resolve, wait));
        return results.get(number) as TrialResult;
      },
      async close() {},
    };
    expect(await searched(forgetfulMemory(), late)).toEqual(outcome);
  });

  it('is the same behind a stop while the networks are trained', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'tinyml-supernet-'));
    try {
      const identity = { project: config, space, seed: settings.seed, sources: settings.sources };
      const open = () => openSearchJournal(join(folder, 'journal.jsonl'), 'journal', identity, false);
      for (const at of [4, 14]) {
        const controller = new AbortController();
        const stopped = watched(localRunner({ signal: controller.signal }), { at, controller });
        await expect(searched(open(), stopped.watching, controller.signal)).rejects.toMatchObject({
          kind: 'interrupted',
        });
      }
      const again = watched(localRunner({}));
      expect(await searched(open(), again.watching)).toEqual(outcome);
      expect(again.ran.length).toBeLessThan(settings.trials - 5);
      expect(again.ran.some(({ measures }) => measures === 'shared')).toBe(false);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });

  it('goes its way without one where networks do not differ, or it fails', async () => {
    const same = parseSearchSpace({ knobs: { 'training.learningRate': { from: 0.001, to: 0.1 } } }, 'x');
    const alone = watched(localRunner({}));
    await searchProject(
      config,
      { ...settings, space: same },
      { runner: alone.watching, memory: forgetfulMemory() },
    );
    expect(alone.ran.some(({ measures }) => measures === 'shared')).toBe(false);

    const runner = localRunner({});
    const failing: TrialRunner = {
      ...runner,
      run: async (trial) =>
        trial.measures === 'shared'
          ? { number: trial.number, findings: { outcome: 'failed', code: 'x', message: 'No.' }, seconds: 0 }
          : runner.run(trial),
    };
    const found = await searchProject(config, settings, { runner: failing, memory: forgetfulMemory() });
    expect(found.failures).toEqual([{ trial: 4, message: 'No.' }]);
    expect(found.trials).toBe(30);
  });
});
