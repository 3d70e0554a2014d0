/** What a model is judged by on samples whose truth is known: the first score of its task. */

import type { FloatArray } from '../../data/records/float-array.ts';
import { arrayRecords, type RecordSource } from '../../data/records/records.ts';
import type { Graph } from '../../ir/graph.ts';
import { predictAll } from '../run/predict-records.ts';
import type { WorkContext } from '../run/spread/spread-records.ts';
import { anomalyScores, reconstructionErrors } from './anomaly-scores.ts';
import { scoreDecisions } from './evaluation.ts';
import { regressionScores } from './regression-scores.ts';
import { SCORES, type Score, scoreOf } from './score-rows.ts';
import type { Task } from './tasks.ts';

/** How a task judges a model, where what is true of the samples is known. */
export interface Judge {
  /** As it is printed: `accuracy, %`. */
  readonly title: string;
  readonly higherIsBetter: boolean;
  /** Of a graph that is ready to be written. */
  of(graph: Graph): Promise<number | undefined>;
}

type Context = Pick<WorkContext, 'signal' | 'threads'>;

/** Of samples with targets, along the last axis. */
export function targetJudge(
  task: Exclude<Task, 'anomaly'>,
  x: RecordSource,
  y: FloatArray,
  { signal, threads }: Context,
): Judge {
  const [score] = SCORES[task];
  return {
    title: score.title,
    higherIsBetter: task === 'classification',
    async of(graph) {
      const outputs = await predictAll(graph, x, { signal, threads });
      const scores =
        task === 'classification' ? scoreDecisions(outputs, y) : regressionScores(outputs.data, y.data);
      return scoreOf(score, scores);
    },
  };
}

async function errorsOf(graph: Graph, x: FloatArray, context: Context): Promise<Float64Array> {
  const outputs = await predictAll(graph, arrayRecords(x), context);
  return reconstructionErrors(x.data, outputs.data, x.shape[0]);
}

/** Of samples that a model is to give again. */
export function reconstructionJudge(x: FloatArray, { signal, threads }: Context): Judge {
  return {
    title: 'reconstruction MSE',
    higherIsBetter: false,
    async of(graph) {
      const errors = await errorsOf(graph, x, { signal, threads });
      return errors.reduce((sum, error) => sum + error, 0) / errors.length;
    },
  };
}

/** Of samples that are anomalies (1) or not (0): how well errors of reconstruction tell which. */
export function anomalyJudge(x: FloatArray, isAnomaly: Int32Array, { signal, threads }: Context): Judge {
  const [score]: readonly Score[] = SCORES.anomaly;
  return {
    title: score.title,
    higherIsBetter: true,
    async of(graph) {
      const errors = await errorsOf(graph, x, { signal, threads });
      return scoreOf(score, anomalyScores(errors, isAnomaly, 0));
    },
  };
}
