import { expect, test } from 'vitest';
import type { Artifact } from '../../src/artifacts/store.ts';
import { isClassifier } from '../../src/stages/task.ts';
import { modelSpecSchema, toTopology } from '../../src/training/model-spec.ts';

function trained(loss: string, activation: string): Artifact {
  const spec = modelSpecSchema.parse({ layers: [{ type: 'Dense', units: 2, activation }] });
  const model = {
    modelTopology: { model_config: toTopology(spec, [3]) },
    weightsManifest: [],
  };
  return {
    manifest: { options: { recipe: { loss } } },
    readText: () => JSON.stringify(model),
  } as unknown as Artifact;
}

test.each([
  ['categoricalCrossentropy', 'softmax', [0.9, 0.1], true],
  ['mse', 'softmax', [0, 1], true],
  ['mse', 'sigmoid', [0, 1], true],
  ['mse', 'sigmoid', [0.3, 1], false],
  ['mse', 'linear', [0, 1], false],
])('%s, %s and targets %j: a classifier? %s', (loss, activation, targets, expected) => {
  const y = { shape: [targets.length, 1], data: Float32Array.from(targets) };
  expect(isClassifier(trained(loss, activation), y)).toBe(expected);
});
