/** What a model of several outputs is judged by: the first score of each output's task. */

import type { FloatArray } from '../../data/records/float-array.ts';
import type { RecordSource } from '../../data/records/records.ts';
import { predictJoined } from '../../models/run/predict-records.ts';
import type { WorkContext } from '../../models/run/spread/spread-records.ts';
import { type OutputsJudge, targetScore } from '../../models/score/judge.ts';
import { numbersOf, type ProjectOutput } from '../ends/project-outputs.ts';

/** Of samples with the targets of all outputs, one after another. */
export function outputsJudge(
  outputs: readonly ProjectOutput[],
  x: RecordSource,
  y: FloatArray,
  { signal, threads }: WorkContext,
): OutputsJudge {
  const judged = outputs.map((output) => ({ output, ...targetScore(output.task), y: numbersOf(output, y) }));
  return {
    scores: judged.map(({ output, title, higherIsBetter }) => ({
      title: `${output.name}: ${title}`,
      higherIsBetter,
    })),
    async of(graph) {
      const all = await predictJoined(graph, x, { signal, threads });
      return judged.map((one) => one.of(numbersOf(one.output, all), one.y));
    },
  };
}
