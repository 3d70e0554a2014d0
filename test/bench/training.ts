/** Seconds per epoch of the default project's network on 3000 samples with 1000 for validation, per backend. */

import { sineSamples } from '../../src/data/sine.ts';
import { defaultProject } from '../../src/stages/config.ts';
import { createInitialWeights } from '../../src/training/initial-weights.ts';
import { toTopology } from '../../src/training/model-spec.ts';
import type { LabelledSamples, TrainingJob } from '../../src/training/trainer.ts';
import { BACKENDS, createTrainer } from '../../src/training/trainers.ts';
import { median, type Row } from './row.ts';

const EPOCHS = 12;
const WARM_UP_EPOCHS = 2;

function samples(seed: number, count: number): LabelledSamples {
  const { x, y } = sineSamples({ samples: count, noise: 0.5, low: 0, high: 15 }, seed);
  return { x: { shape: [count, 1], data: x }, y: { shape: [count, 1], data: y } };
}

function sineJob(): TrainingJob {
  const { model, training } = defaultProject;
  const topology = toTopology(model, [1]);
  return {
    topology,
    initialWeights: createInitialWeights(topology, 1),
    recipe: { ...training, epochs: EPOCHS },
    seed: 1,
    train: samples(1, 3000),
    validation: samples(2, 1000),
  };
}

export async function training(): Promise<Row[]> {
  const rows: Row[] = [];
  for (const backend of BACKENDS) {
    try {
      const { trainer } = await createTrainer({ backend });
      const times: number[] = [];
      let last = performance.now();
      const onEpoch = (): void => {
        const now = performance.now();
        times.push((now - last) / 1000);
        last = now;
      };
      await trainer.train(sineJob(), { signal: new AbortController().signal, onEpoch });
      const value = median(times.slice(WARM_UP_EPOCHS));
      rows.push({ name: `sine network, one epoch, tfjs ${backend}`, value, unit: 's' });
    } catch (error) {
      process.stderr.write(`tfjs ${backend}: ${error instanceof Error ? error.message : error}\n`);
    }
  }
  return rows;
}
