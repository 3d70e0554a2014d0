/** `node train-from-files.js FOLDER`: two epochs of the stage `train` on the dataset artifact in `FOLDER`. */

import { diskStore } from '../../src/artifacts/disk-store.ts';
import { silentReporter } from '../../src/core/reporter.ts';
import { parseProject } from '../../src/stages/config.ts';
import { trainStage } from '../../src/stages/train.ts';

const store = diskStore(process.argv[2]);
const config = parseProject({
  dataset: { source: 'sine' },
  model: {
    layers: [
      { type: 'Dense', units: 8, activation: 'relu' },
      { type: 'Dense', units: 1 },
    ],
  },
  training: { epochs: 2, batchSize: 4096 },
});
await trainStage.run(
  {
    report: silentReporter,
    signal: new AbortController().signal,
    seed: 1,
    progress: { load: () => undefined, save() {}, drop() {} },
    listFiles: () => [],
    scratch: () => store.scratch(),
  },
  trainStage.options(config, {}),
  (stage) => {
    const artifact = store.latest(stage);
    if (artifact === undefined) throw new Error(`There is no ${stage}.`);
    return artifact;
  },
);
