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

/** The same of several outputs, each by its own score. */
export interface OutputsJudge {
  readonly scores: readonly Pick<Judge, 'title' | 'higherIsBetter'>[];
  /** In their order, of a graph that is ready to be written. */
  of(graph: Graph): Promise<readonly (number | undefined)[]>;
}

type Context = Pick<WorkContext, 'signal' | 'threads'>;

/** The first score of a task, of outputs and targets along the last axis. */
export function targetScore(task: Exclude<Task, 'anomaly'>): Pick<Judge, 'title' | 'higherIsBetter'> & {
  of(outputs: FloatArray, y: FloatArray): number | undefined;
} {
  const [score] = SCORES[task];
  return {
    title: score.title,
    higherIsBetter: task === 'classification',
    of: (outputs, y) =>
      scoreOf(
        score,
        task === 'classification' ? scoreDecisions(outputs, y) : regressionScores(outputs.data, y.data),
      ),
  };
}

/** Of samples with targets, along the last axis. */
export function targetJudge(
  task: Exclude<Task, 'anomaly'>,
  x: RecordSource,
  y: FloatArray,
  { signal, threads }: Context,
): Judge {
  const score = targetScore(task);
  return { ...score, of: async (graph) => score.of(await predictAll(graph, x, { signal, threads }), y) };
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
