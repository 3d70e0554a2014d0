/** What a chip hears along one recording, by the very steps that it takes. */

import type { DataFile } from '../../core/data-file.ts';
import { THRESHOLD_SCORE } from '../../core/samples/anomaly-score.ts';
import type { Decision } from '../../core/samples/decision.ts';
import type { EventLabel } from '../../data/streams/event-labels.ts';
import type { Graph } from '../../ir/graph.ts';
import { backgroundRows, judgeEvents, type Tally } from '../../models/listen/judge-events.ts';
import { labelledStretches } from '../../models/listen/labelled-stretches.ts';
import { createListener } from '../../models/listen/listener.ts';
import { realSignature } from '../../models/run/real-runner.ts';
import type { FilesConfig } from '../dataset-config.ts';
import type { ListeningModel } from './listening-model.ts';
import { readRecording } from './read-recording.ts';
import { patienceOf } from './stream.ts';

/** Something that began to be heard. */
export interface HeardSound {
  /** Of the answer with which it began: the end of what the model had heard by then. */
  readonly seconds: number;
  readonly label: string;
  /** Of that answer, 0 … 1; of an autoencoder its error in parts of the threshold of single samples. */
  readonly score: number;
}

/** What was heard, against labels. */
export interface JudgedRecording {
  readonly hits: Tally['hits'];
  readonly misses: number;
  /** What was heard where something else was to be. */
  readonly confusions: number;
  readonly falseAlarms: number;
  /** Of background; 0 where there is none. */
  readonly falseAlarmsPerHour: number;
  readonly delaySeconds: number;
}

/** A recording as the model hears it. */
export interface HeardRecording {
  readonly seconds: number;
  readonly answers: number;
  /** Readings that were missing. */
  readonly missing: number;
  readonly labels: readonly string[];
  readonly events: readonly HeardSound[];
  readonly judged?: JudgedRecording;
}

/** What a step of a score stands for. */
export function scoreScale(graph: Graph, { threshold }: Decision): number {
  if (threshold !== undefined) return 1 / THRESHOLD_SCORE;
  const { quant } = realSignature(graph).output;
  return quant?.scheme === 'per-tensor' ? quant.scale : Number.NaN;
}

/** Throws what reading a dataset throws, and `unknown-class` for labels. */
export async function hearRecording(
  { graph, preparation, settings, features }: ListeningModel,
  file: DataFile,
  config: FilesConfig,
  expected?: readonly EventLabel[],
): Promise<HeardRecording> {
  const { rate, every, decision, labels } = settings;
  const scale = scoreScale(graph, decision);
  const listener = createListener(graph, preparation, { every, decision });
  const heard: { readings: number; output: number; score: number }[] = [];
  let answers = 0;
  const { rows, missing } = await readRecording(file, config, features, (readings) => {
    const answer = listener.push(readings, 0);
    if (answer === undefined) return;
    answers++;
    const { begins: output } = answer;
    if (output === undefined) return;
    heard.push({ readings: answer.readings, output, score: answer.scores[output] * scale });
  });
  const events = heard.map(({ readings, output, score }) => ({
    seconds: readings / rate,
    label: labels[output],
    score,
  }));
  const found = { seconds: rows / rate, answers, missing, labels, events };
  if (expected === undefined) return found;
  const isSilent = (output: number): boolean => decision.on[output] === 0;
  const stretches = labelledStretches(expected, labels, isSilent, rate, rows);
  const tally = judgeEvents(heard, stretches, labels.length, patienceOf(preparation));
  const still = backgroundRows(stretches);
  return {
    ...found,
    judged: {
      hits: tally.hits,
      misses: tally.misses,
      confusions: tally.confusions,
      falseAlarms: tally.falseAlarms,
      falseAlarmsPerHour: still === 0 ? 0 : (tally.falseAlarms * 3600 * rate) / still,
      delaySeconds: tally.delay / rate,
    },
  };
}
