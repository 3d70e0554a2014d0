/** The sources that are compiled to measure what listening costs. */

import {
  inferencesBeforeAnswers,
  readingsPerRow,
  rowsTaken,
  streamPlan,
} from '../../core/samples/streaming.ts';
import { elementCount, tensorBytes } from '../../core/tensor.ts';
import { getValue, isStateful } from '../../ir/graph.ts';
import { instructionsOf } from '../../targets/c/emulated/board.ts';
import { type HarnessLine, harnessFiles } from '../../targets/c/emulated/listening-harness.ts';
import type { ProgramOptions } from '../../targets/c/optimize.ts';
import type { FirmwareStream } from '../../targets/firmware/streams/firmware-stream.ts';
import { exportStandalone } from '../standalone/export-standalone.ts';
import { readTflmModel } from '../tflm-model.ts';
import type { ListeningCost } from './listening-cost.ts';

/** A model in C without an interpreter, and how it is listened with. */
export interface ListeningProgram {
  /** By path. */
  readonly files: Readonly<Record<string, string>>;
  /** Inputs and outputs, the buffer and the state of the model. */
  readonly networkBytes: number;
  readonly secondsPerAnswer: number;
}

/** Throws what `exportStandalone` throws. */
export function listeningProgram(
  model: Uint8Array,
  stream: FirmwareStream,
  options: ProgramOptions = {},
): ListeningProgram {
  const { files, metrics } = exportStandalone(
    model,
    { name: 'model', vectors: 1, ...options },
    { seed: 1, stream },
  );
  const { graph } = readTflmModel(model);
  const [inputBytes, outputBytes] = [graph.inputs[0], graph.outputs[0]].map((id) =>
    tensorBytes(getValue(graph, id).type),
  );
  const { preparation, every, rate } = stream;
  const plan = streamPlan(preparation);
  const taken = rowsTaken(preparation, every, elementCount(getValue(graph, graph.inputs[0]).type.shape));
  if (taken === undefined)
    throw new Error('C was made of a model that does not take what readings are prepared to');
  const before = inferencesBeforeAnswers(plan, every, taken);
  const ends = { inputBytes, outputBytes, isStateful: isStateful(graph), before };
  return {
    files: { ...files, ...harnessFiles(stream, ends) },
    networkBytes: inputBytes + outputBytes + metrics.bufferBytes + metrics.stateBytes,
    secondsPerAnswer: (every * readingsPerRow(plan)) / rate,
  };
}

/** What the sections of an object take. */
export interface ObjectBytes {
  readonly flash: number;
  readonly ram: number;
}

/** What a program printed, and the objects of its parts. */
export interface MeasuredProgram {
  readonly lines: Readonly<Record<HarnessLine, number>>;
  readonly objects: Readonly<Record<'features' | 'network' | 'decision', ObjectBytes>>;
  readonly level: string;
}

/** What the program says, part by part. */
export function listeningCost(
  { networkBytes, secondsPerAnswer }: Pick<ListeningProgram, 'networkBytes' | 'secondsPerAnswer'>,
  { lines, objects, level }: MeasuredProgram,
): ListeningCost {
  const { features, network, decision } = objects;
  return {
    parts: {
      features: {
        ramBytes: lines.streamBytes - lines.ringBytes - lines.decisionBytes + features.ram,
        flashBytes: features.flash,
        instructions: instructionsOf(lines.rowTicks + lines.sampleTicks),
      },
      rows: { ramBytes: lines.ringBytes, flashBytes: 0, instructions: 0 },
      network: {
        ramBytes: networkBytes,
        flashBytes: network.flash,
        instructions: instructionsOf(lines.networkTicks),
      },
      decision: {
        ramBytes: lines.decisionBytes + decision.ram,
        flashBytes: decision.flash,
        instructions: instructionsOf(lines.decisionTicks),
      },
    },
    secondsPerAnswer,
    level,
  };
}
