/** Stage `stream`: how a chip decides that listens all the time, chosen on validation recordings and measured on test recordings. */

import * as z from 'zod';
import type { Artifact } from '../../artifacts/store.ts';
import { inputError } from '../../core/errors.ts';
import { prettyJson } from '../../core/json.ts';
import { silentReporter } from '../../core/reporter.ts';
import { scoresPerError } from '../../core/samples/anomaly-score.ts';
import { type Preparation, rowsOf } from '../../core/samples/preparation.ts';
import { streamPlan } from '../../core/samples/streaming.ts';
import { elementCount } from '../../core/tensor.ts';
import { type Graph, getValue } from '../../ir/graph.ts';
import { chooseDecision } from '../../models/listen/choose-decision.ts';
import { chooseSensitivity } from '../../models/listen/choose-sensitivity.ts';
import { backgroundRows, eventsOf, judgeEvents, type Tally } from '../../models/listen/judge-events.ts';
import { type Replay, type ScoreTrack, scoreTrack } from '../../models/listen/replay.ts';
import { readingsPerAnswer } from '../../models/listen/scorer.ts';
import { streamGraph } from '../../models/streaming/stream-graph.ts';
import { readTflmModel, writeTflmModel } from '../../models/tflm-model.ts';
import { MODEL_FILE } from '../convert.ts';
import { type DividedFiles, divideFiles } from '../dataset/from-files.ts';
import { filesRead } from '../dataset/open-files.ts';
import { readClasses, readSplit } from '../dataset-reader.ts';
import { anomalyThreshold } from '../evaluate-anomaly.ts';
import type { Stage, StageContext } from '../stage.ts';
import { HEARD_ANOMALIES, type HeardOutputs, heardOutputs } from './heard-outputs.ts';
import { recordingOf } from './recordings.ts';
import { type StreamOptions, streamOptions } from './stream-options.ts';
import { streamPreparation } from './stream-preparation.ts';
import {
  LISTENING_MODEL_FILE,
  readStreamSettings,
  STREAM_FILE,
  type StreamFigures,
  type StreamSettings,
} from './stream-settings.ts';

interface Heard {
  readonly recording: Replay;
  /** The largest reading, without its sign. */
  readonly largest: number;
  readonly track: ScoreTrack;
}

interface Ears {
  readonly graph: Graph;
  readonly preparation: Preparation;
  readonly every: number;
  readonly outputs: HeardOutputs;
  /** Of an autoencoder. */
  readonly threshold: number | undefined;
  readonly seed: number;
}

function listenTo(
  part: 'validation' | 'test',
  files: DividedFiles,
  { graph, preparation, every, outputs, threshold, seed }: Ears,
  { report, signal }: StageContext,
): Heard {
  const recording = recordingOf(files, files.parts[part], outputs.of, seed);
  let largest = 0;
  const measured: Replay = {
    ...recording,
    read(start, rows, into) {
      recording.read(start, rows, into);
      // Not Math.max: what is missing is no number.
      for (let i = 0; i < rows * recording.width; i++) {
        const size = Math.abs(into[i]);
        if (size > largest) largest = size;
      }
    },
  };
  const onRows = (heard: number): void => {
    signal.throwIfAborted();
    report.progress(heard, recording.rows, `readings of the ${part} split`);
  };
  const track = scoreTrack(graph, preparation, every, measured, onRows, threshold);
  return { recording, largest, track };
}

function figuresOf({ recording, track }: Heard, tally: Tally, rate: number): StreamFigures {
  return {
    seconds: recording.rows / rate,
    backgroundSeconds: backgroundRows(recording.stretches) / rate,
    answers: track.readings.length,
    hits: tally.hits,
    misses: tally.misses,
    falseAlarms: tally.falseAlarms,
    confusions: tally.confusions,
    delaySeconds: tally.delay / rate,
  };
}

/** An event may come as late as a sample that holds half of what was to be heard. */
export function patienceOf({ inputShape }: Preparation): number {
  return Math.floor(rowsOf(inputShape).count / 2);
}

function chosenSettings(
  files: DividedFiles,
  ears: Ears,
  { rate, maxFalseAlarmsPerHour, answersPerSample }: StreamOptions,
  context: StageContext,
): StreamSettings {
  const { preparation, every, outputs, threshold } = ears;
  const patience = patienceOf(preparation);
  const validation = listenTo('validation', files, ears, context);
  const wanted = {
    stretches: validation.recording.stretches,
    patience,
    falseAlarms: Math.floor(
      (maxFalseAlarmsPerHour * backgroundRows(validation.recording.stretches)) / rate / 3600,
    ),
    // One word is not to be heard twice.
    gap: Math.ceil(rowsOf(preparation.inputShape).count / readingsPerAnswer(preparation, every)),
  };
  const { decision, tally } =
    threshold === undefined
      ? chooseDecision(validation.track, { ...wanted, silent: outputs.silent })
      : chooseSensitivity(validation.track, { ...wanted, answersPerSample, threshold });
  const test = listenTo('test', files, ears, context);
  const events = eventsOf(test.track, decision);
  const tested = judgeEvents(events, test.recording.stretches, outputs.labels.length, patience);
  return {
    version: 1,
    rate,
    every,
    decision,
    largest: Math.max(validation.largest, test.largest),
    labels: outputs.labels,
    validation: figuresOf(validation, tally, rate),
    test: figuresOf(test, tested, rate),
  };
}

function outputsOf(graph: Graph, dataset: Artifact, { background }: StreamOptions): HeardOutputs {
  if (background === undefined) return HEARD_ANOMALIES;
  const count = elementCount(getValue(graph, graph.outputs[0]).type.shape);
  return heardOutputs(readClasses(dataset) ?? [], background, count);
}

/** That of single samples; undefined where the model tells classes apart. */
async function thresholdOf(
  graph: Graph,
  dataset: Artifact,
  { background }: StreamOptions,
  context: StageContext,
): Promise<number | undefined> {
  if (background !== undefined) return undefined;
  const threshold = await anomalyThreshold(graph, readSplit(dataset, 'validation').x, context);
  if (Number.isFinite(scoresPerError(threshold))) return threshold;
  throw inputError(
    'no-threshold',
    'The model gives every normal validation sample again without an error, and nothing can be measured by that',
    'Look at the samples: they may be constant.',
  );
}

/** The network that takes new rows alone; undefined where it would save nothing, which is said. */
function reusing(
  graph: Graph,
  preparation: Preparation,
  every: number,
  { report }: StageContext,
): Graph | undefined {
  const whole = streamPlan(preparation).remaining[0]?.transform.step;
  const streamed =
    whole === undefined
      ? streamGraph(graph, every)
      : { why: `The step ${whole} of the preparation makes all rows of a sample anew` };
  if ('graph' in streamed) return streamed.graph;
  report.warn(`Nothing is reused from one answer to the next. ${streamed.why}.`);
  return undefined;
}

export const streamStage: Stage<StreamOptions, Record<string, never>> = {
  name: 'stream',
  kind: 'stream',
  summary: 'choose how a stream of readings is decided on',
  overrides: z.strictObject({}),
  options: streamOptions,
  consumes: () => [{ stage: 'dataset' }, { stage: 'convert' }],
  reads: ({ dataset }, context) => filesRead(dataset, context),
  inspect: (artifact) => void readStreamSettings(artifact),
  async run(context, options, input) {
    const dataset = input('dataset');
    const { graph } = readTflmModel(input('convert').read(MODEL_FILE));
    const { seed } = dataset.manifest;
    // What there is to say of the files, the dataset has said.
    const files = await divideFiles(options.dataset, undefined, {
      ...context,
      report: silentReporter,
      seed,
    });
    const preparation = streamPreparation(dataset);
    const threshold = await thresholdOf(graph, dataset, options, context);
    const outputs = outputsOf(graph, dataset, options);
    const every = Math.max(1, Math.floor(streamPlan(preparation).ring.count / options.answersPerSample));
    const streamed = options.reuse ? reusing(graph, preparation, every, context) : undefined;
    const ears: Ears = { graph: streamed ?? graph, preparation, every, outputs, threshold, seed };
    const settings = chosenSettings(files, ears, options, context);
    const { hits, misses, confusions, falseAlarms, seconds } = settings.test;
    const wanted = hits.reduce((sum, { of }) => sum + of, 0);
    return {
      files: {
        [STREAM_FILE]: prettyJson(settings),
        ...(streamed === undefined ? {} : { [LISTENING_MODEL_FILE]: writeTflmModel(streamed) }),
      },
      metrics: { smoothing: settings.decision.smoothing, wanted, misses, confusions, falseAlarms, seconds },
    };
  },
};
