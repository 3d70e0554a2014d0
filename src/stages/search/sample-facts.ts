/** What the costs of a network depend on in its data: the shape of a sample, what is to be learned, what the file says. */

import { memoryStore } from '../../artifacts/memory-store.ts';
import type { Artifact } from '../../artifacts/store.ts';
import { silentReporter } from '../../core/reporter.ts';
import { elementCount, type Shape } from '../../core/tensor.ts';
import type { NetworkOutput } from '../../training/architectures/architecture.ts';
import type { ProjectConfig } from '../config.ts';
import { openRecords, readDescription } from '../dataset-reader.ts';
import type { FittedForm } from '../model/fit-architecture.ts';
import { modelNote } from '../model-note.ts';
import { Pipeline } from '../pipeline.ts';
import type { TrialContext } from './run-trial.ts';

export interface SampleFacts {
  readonly input: Shape;
  readonly output: NetworkOutput;
  readonly note: FittedForm['note'];
}

/** As training sees them. */
function factsOf(dataset: Artifact, { training, dataset: { source } }: ProjectConfig): SampleFacts {
  const { x, y } = openRecords(dataset, 'train');
  try {
    const learnsClasses = source === 'motion' || training.loss?.endsWith('Crossentropy');
    const task = readDescription(dataset)?.task ?? (learnsClasses ? 'classification' : 'regression');
    const units = elementCount(task === 'anomaly' ? x.shape : y.shape);
    return { input: x.shape, output: { task, units }, note: modelNote(dataset) };
  } finally {
    x.close();
    y.close();
  }
}

/** Makes the samples of a project, and forgets them. Throws what the stage `dataset` throws. */
export async function sampleFacts(config: ProjectConfig, context: TrialContext): Promise<SampleFacts> {
  const store = memoryStore();
  const pipeline = new Pipeline({ ...context, report: silentReporter, config, store });
  return factsOf((await pipeline.run('dataset')).artifact, config);
}
