/** How the models of a trial do on one split of its samples, in one number each. */

import type { Artifact } from '../../artifacts/store.ts';
import { given } from '../../core/given.ts';
import type { FloatArray } from '../../data/records/float-array.ts';
import { readAllRecords } from '../../data/records/records.ts';
import type { Part } from '../../data/splits/parts.ts';
import type { Graph } from '../../ir/graph.ts';
import { predictAll } from '../../models/run/predict-records.ts';
import type { WorkContext } from '../../models/run/spread/spread-records.ts';
import { reconstructionErrors } from '../../models/score/anomaly-scores.ts';
import { scoreDecisions } from '../../models/score/evaluation.ts';
import { areaUnderCurve, isRanked, rank } from '../../models/score/ranking.ts';
import { regressionScores } from '../../models/score/regression-scores.ts';
import type { Task } from '../../models/score/tasks.ts';
import { type OpenSamples, openSplit } from '../dataset-reader.ts';
import { taskOf } from '../task.ts';
import type { ScoreMetric, TrialScore } from './trial.ts';

interface Judge {
  readonly metric: ScoreMetric;
  score(outputs: FloatArray): number;
}

/** Validation samples are all normal; where the test has anomalies too, what counts is how well they are told apart. */
function reconstructionJudge({ x, y }: OpenSamples): Judge {
  const inputs = readAllRecords(x, 'the samples');
  const errorsOf = ({ data }: FloatArray) => reconstructionErrors(inputs.data, data, x.count);
  const rankingOf = (errors: Float64Array) => rank(errors, y.data);
  if (isRanked(rankingOf(new Float64Array(x.count)))) {
    return { metric: 'auc', score: (outputs) => areaUnderCurve(rankingOf(errorsOf(outputs))) };
  }
  const mean = (errors: Float64Array): number => errors.reduce((sum, error) => sum + error, 0) / x.count;
  return { metric: 'reconstruction', score: (outputs) => mean(errorsOf(outputs)) };
}

function judgeOf(task: Task, samples: OpenSamples): Judge {
  switch (task) {
    case 'classification':
      return { metric: 'accuracy', score: (outputs) => scoreDecisions(outputs, samples.y).accuracy };
    case 'regression':
      return { metric: 'mse', score: ({ data }) => regressionScores(data, samples.y.data).mse };
    case 'anomaly':
      return reconstructionJudge(samples);
  }
}

/** What a trial made of its samples, and the models that it made of them. */
export interface TrialModels {
  readonly dataset: Artifact;
  readonly train: Artifact;
  readonly float: Graph;
  /** Read from the written file. */
  readonly converted?: Graph;
}

/** Runs every sample of the split through the models. */
export async function splitScore(
  { dataset, train, float, converted }: TrialModels,
  part: Part,
  context: WorkContext,
): Promise<TrialScore> {
  const samples = openSplit(dataset, part);
  try {
    const { metric, score } = judgeOf(taskOf(dataset, train, samples.y), samples);
    const scoreOf = async (graph: Graph): Promise<number> =>
      score(await predictAll(graph, samples.x, context));
    return {
      metric,
      float: await scoreOf(float),
      ...given({ converted: converted && (await scoreOf(converted)) }),
    };
  } finally {
    samples.x.close();
  }
}
