/** `tinyml convert MODEL`: any model file to a `.tflite` file, and what each pass bought. */

import { dirname, join, resolve } from 'node:path';
import { openInputFile, readInputFile } from '../../artifacts/files.ts';
import { usageError, withAsyncErrorContext } from '../../core/errors.ts';
import { openNpyRecords } from '../../data/records.ts';
import { readModelFile } from '../../formats/model-file.ts';
import { writeTflite } from '../../formats/tflite/write.ts';
import type { Graph } from '../../ir/graph.ts';
import { graphCost } from '../../ir/graph-cost.ts';
import { printGraph } from '../../ir/print-graph.ts';
import { convertedGraph } from '../../models/convert/convert-model.ts';
import type { PassStep } from '../../models/convert/pass-steps.ts';
import { type PlannedModel, writePlanned } from '../../models/convert/write-planned.ts';
import type { Library } from '../../targets/tflm/operators.ts';
import { formatSteps } from '../render/pass-table.ts';
import { formatCount } from '../render/table.ts';
import type { CliIo } from '../terminal/io.ts';
import { createTerminalReporter } from '../terminal/terminal-reporter.ts';
import { openProject } from '../workspace/project.ts';
import { publishBytes } from '../workspace/publish.ts';

export interface ConvertFileFlags {
  readonly type?: 'int8' | 'float';
  readonly io?: 'int8' | 'float';
  readonly densePerChannel?: boolean;
  readonly library?: Library;
  readonly calibration?: string;
  readonly output?: string;
  readonly dumpIr?: string;
  readonly tflmOnly: boolean;
  /** Plans the arena in the file, where that saves memory. */
  readonly plan?: 'offline';
  /** Passes to leave out. */
  readonly without: readonly string[];
  readonly json: boolean;
}

function writeModel(graph: Graph, { tflmOnly, plan }: ConvertFileFlags): PlannedModel {
  return plan === undefined ? { model: writeTflite(graph, { tflmOnly }) } : writePlanned(graph, tflmOnly);
}

function formatPlan(arenas: PlannedModel['arenas']): string {
  if (arenas === undefined) {
    return "TensorFlow Lite Micro's own plan of the arena is as good as any that was found; the file has none.\n";
  }
  const sizes = Object.entries(arenas).map(
    ([target, { ownBytes, plannedBytes }]) =>
      `  ${target}: ${formatCount(plannedBytes)} bytes instead of ${formatCount(ownBytes)}\n`,
  );
  return `The file plans the arena. It needs, at least:\n${sizes.join('')}`;
}

export async function convertFile(io: CliIo, modelPath: string, flags: ConvertFileFlags): Promise<void> {
  const { output, calibration, dumpIr, json } = flags;
  if (output === undefined) {
    throw usageError('no-output', `Say where the converted ${modelPath} goes`, 'Add -o model.tflite.');
  }
  const reporter = createTerminalReporter(io);
  const { config } = openProject(io, reporter);
  const path = resolve(io.cwd, modelPath);
  const bytes = readInputFile(path, 'a model file');
  const records =
    calibration === undefined
      ? undefined
      : openNpyRecords(openInputFile(resolve(io.cwd, calibration), 'a .npy file'), calibration);

  const steps: PassStep[] = [];
  const observe = (pass: string, graph: Graph): void => {
    if (dumpIr !== undefined) {
      const name = `${String(steps.length).padStart(2, '0')}-${pass}.txt`;
      publishBytes(io, printGraph(graph), join(dumpIr, name));
    }
    steps.push({ pass, ...graphCost(graph) });
  };
  try {
    const graph = await readModelFile(bytes, modelPath, (shard) =>
      readInputFile(join(dirname(path), shard), 'weights'),
    );
    const options = {
      ...(flags.type === undefined ? {} : { type: flags.type }),
      ...(records === undefined ? {} : { calibration: records }),
      io: flags.io ?? config.conversion.io,
      densePerChannel: flags.densePerChannel ?? config.quantization.densePerChannel,
      library: flags.library ?? config.conversion.library,
      without: flags.without,
      tflmOnly: flags.tflmOnly,
    };
    const context = { report: reporter, signal: io.signal };
    const converted = await withAsyncErrorContext(modelPath, () =>
      convertedGraph(graph, options, context, observe),
    );
    const { model, arenas } = writeModel(converted, flags);
    reporter.clear();
    const written = publishBytes(io, model, output);
    const result = { model: modelPath, inputBytes: bytes.length, written, bytes: model.length };
    const plan = flags.plan === undefined ? {} : { plan: arenas ?? null };
    const text = `${formatSteps(steps)}\n\n${written}: ${formatCount(model.length)} bytes (${modelPath}: ${formatCount(bytes.length)})\n`;
    const planText = flags.plan === undefined ? '' : formatPlan(arenas);
    io.stdout.write(json ? `${JSON.stringify({ ...result, ...plan, steps })}\n` : `${text}${planText}`);
  } finally {
    records?.close();
    reporter.clear();
  }
}
