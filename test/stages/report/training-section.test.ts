import { describe, expect, it } from 'vitest';
import { memoryStore } from '../../../src/artifacts/memory-store.ts';
import type { JsonValue } from '../../../src/core/json.ts';
import { trainingSection } from '../../../src/stages/report/training-section.ts';

const EPOCH = { epoch: 1, loss: 0.5, valLoss: 0.6, metrics: { mae: 0.4 }, valMetrics: { mae: 0.5 } };

function textsOf(options: JsonValue): readonly string[] {
  const artifact = memoryStore().write({
    kind: 'float-model',
    stage: 'train',
    options,
    overrides: {},
    tool: 'tinyml',
    interrupted: false,
    createdAt: new Date(0),
    seconds: 1,
    seed: 1,
    inputs: [],
    files: new Map([['history.json', new TextEncoder().encode(JSON.stringify([EPOCH]))]]),
    metrics: {
      parameters: 1,
      epochs: 1,
      bestEpoch: 1,
      valLoss: 0.6,
      stoppedBy: 'epochs',
      engine: 'compiled',
    },
  });
  return trainingSection(artifact).blocks.flatMap((block) => (block.kind === 'text' ? [block.text] : []));
}

describe('curves of training', () => {
  it('say whose numbers are scaled ones', () => {
    expect(textsOf({ recipe: { targets: 'standard' } })).toEqual([
      expect.stringMatching(/^Losses and metrics over the epochs are of targets with mean 0 and deviation 1/),
    ]);
    const outputs = { gait: { loss: 'categoricalCrossentropy' }, effort: { targets: 'standard' } };
    expect(textsOf({ recipe: {}, outputs })).toEqual([expect.stringContaining('metrics of effort over')]);
  });

  it('say nothing of numbers as they are', () => {
    expect(textsOf({ recipe: { targets: 'as-is' }, outputs: { effort: { targets: 'as-is' } } })).toEqual([]);
    expect(textsOf({ recipe: {} })).toEqual([]);
  });
});
