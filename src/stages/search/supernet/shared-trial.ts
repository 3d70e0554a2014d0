/** A trial of many networks at once: they are trained together, with weights that they share, and each is judged. */

import type { Artifact } from '../../../artifacts/store.ts';
import { silentReporter } from '../../../core/reporter.ts';
import type { WorkContext } from '../../../models/run/spread/spread-records.ts';
import { toTopology } from '../../../training/model-spec.ts';
import { targetsOf } from '../../../training/samples/sample-stream.ts';
import { sharedLosses } from '../../../training/supernet/supernet.ts';
import { type ProjectConfig, parseProject } from '../../config.ts';
import { modelLayers, trainedModel } from '../../model/model-layers.ts';
import { modelNote } from '../../model-note.ts';
import { augmentOf, labelledFor, networkOutput, recipeFor, trainStage } from '../../train.ts';
import { openTrainingSamples } from '../../training-samples.ts';
import type { Trial, TrialFindings } from '../trial.ts';

function configsOf({ number, config, models = [] }: Trial): readonly ProjectConfig[] {
  return models.map((model) => parseProject({ ...config, model } as typeof config, `trial ${number}`));
}

/** On the samples of the project that is searched, with its recipe. Throws what training throws. */
export async function sharedFindings(
  trial: Trial,
  config: ProjectConfig,
  dataset: Artifact,
  { signal }: Pick<WorkContext, 'signal'>,
): Promise<TrialFindings> {
  const { recipe: planned, augment } = trainStage.options(config, {});
  const samples = openTrainingSamples(dataset);
  try {
    const recipe = recipeFor(planned, targetsOf(samples.train));
    const [train, validation] = [samples.train, samples.validation].map((of) => labelledFor(dataset, of));
    const output = networkOutput(dataset, train, recipe);
    const note = modelNote(dataset);
    const networks = await Promise.all(
      configsOf(trial).map(async (own) => {
        const { layers } = await modelLayers(trainedModel(own), train.x.shape, output, note, silentReporter);
        return toTopology(layers, train.x.shape);
      }),
    );
    const job = {
      networks,
      recipe,
      seed: config.seed,
      train,
      validation,
      augment: augmentOf(augment, train),
    };
    const losses = await sharedLosses(job, signal);
    return { outcome: 'shared', losses: losses.map((loss) => (Number.isFinite(loss) ? loss : null)) };
  } finally {
    samples.close();
  }
}
