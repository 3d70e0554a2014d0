import { describe, expect, it } from 'vitest';
import { memoryStore } from '../../../src/artifacts/memory-store.ts';
import { measureModel } from '../../../src/models/check/measure-model.ts';
import { parseProject } from '../../../src/stages/config.ts';
import { MODEL_FILE } from '../../../src/stages/convert.ts';
import { Pipeline } from '../../../src/stages/pipeline.ts';
import { runTrial } from '../../../src/stages/search/run-trial.ts';
import { trialResultSchema } from '../../../src/stages/search/trial.ts';
import { localRunner } from '../../../src/stages/search/trial-runner.ts';
import { SMALL_PROJECT, smallTrial } from './small-trials.ts';

describe('runTrial', () => {
  it('measures the file that the project itself makes', async () => {
    const { findings } = await runTrial(smallTrial(), memoryStore(), {});
    const store = memoryStore();
    const config = parseProject({ ...SMALL_PROJECT, model: { architecture: 'mlp', units: [8] } });
    const { artifact } = await new Pipeline({ config, store }).run('evaluate');
    const converted = store.latest('convert');
    const measured = measureModel(converted?.read(MODEL_FILE) as Uint8Array, config.check.target);
    expect(findings).toMatchObject({
      outcome: 'scored',
      validation: { metric: 'mse' },
      costs: {
        flash: measured.flash.value,
        ram: measured.ram.value,
        arena: measured.arena.value,
        macs: measured.macs.value,
      },
      test: {
        float: artifact.manifest.metrics.floatMse,
        converted: artifact.manifest.metrics.convertedMse,
      },
      model: converted?.manifest.files.find(({ path }) => path === MODEL_FILE)?.sha256,
    });
  });

  it('finds the same in a store that other trials had before, and as JSON', async () => {
    const store = memoryStore();
    const config = { ...smallTrial().config, quantization: { weightsBudget: '0.9x' } };
    await runTrial(smallTrial({ config }), store, {});
    const again = await runTrial(smallTrial(), store, {});
    const fresh = await runTrial(smallTrial(), memoryStore(), {});
    expect(again.findings).toEqual(fresh.findings);
    expect(trialResultSchema.parse(JSON.parse(JSON.stringify(again)))).toEqual(again);
  });

  it('only trains where the float model is all that is asked for', async () => {
    const store = memoryStore();
    const { findings } = await runTrial(smallTrial({ measures: 'float' }), store, {});
    expect(findings).toEqual({ outcome: 'scored', validation: { metric: 'mse', float: expect.any(Number) } });
    expect(store.latest('convert')).toBeUndefined();
  });

  it('keeps what a candidate cannot do as its finding', async () => {
    const model = { architecture: 'cnn' };
    const { findings } = await runTrial(
      smallTrial({ config: { ...smallTrial().config, model } }),
      memoryStore(),
      {},
    );
    expect(findings).toMatchObject({ outcome: 'failed', message: expect.stringContaining('"cnn"') });
  });

  it('refuses a trial of another version, and other data', async () => {
    await expect(runTrial(smallTrial({ tool: 'tinyml 0.0.1' }), memoryStore(), {})).rejects.toMatchObject({
      code: 'search-other-tool',
    });
    await expect(runTrial(smallTrial({ sources: 'x' }), memoryStore(), {})).rejects.toMatchObject({
      code: 'search-other-data',
    });
  });

  it('is quiet: who watches a search hears of the search', async () => {
    const said: string[] = [];
    const say = (message: unknown): void => void said.push(String(message));
    const report = { step: say, info: say, warn: say, progress: say };
    await runTrial(smallTrial(), memoryStore(), { report });
    expect(said).toEqual([]);
  });

  it('throws what is no fault of the trial', async () => {
    const signal = AbortSignal.abort();
    await expect(runTrial(smallTrial(), memoryStore(), { signal })).rejects.toMatchObject({
      kind: 'interrupted',
    });
  });
});

describe('localRunner', () => {
  it('runs one after another, also behind one that was refused', async () => {
    const runner = localRunner({});
    const results = await Promise.allSettled([
      runner.run(smallTrial({ tool: 'other' })),
      runner.run(smallTrial({ number: 2, measures: 'float' })),
      runner.run(smallTrial({ number: 3, measures: 'float' })),
    ]);
    expect(results.map(({ status }) => status)).toEqual(['rejected', 'fulfilled', 'fulfilled']);
    await runner.close();
  });
});
