/** `tinyml inspect`: any model; figures and warnings to stdout, its memory plan drawn where that is asked for. */

import { dirname, join, resolve } from 'node:path';
import { readInputFile } from '../../artifacts/files.ts';
import { withErrorContext } from '../../core/errors.ts';
import { readModelFile, tfliteSource } from '../../formats/model-file.ts';
import { type InspectedFloatModel, inspectFloatGraph } from '../../models/inspect/inspect-float-model.ts';
import { type InspectedModel, inspectModel } from '../../models/inspect/inspect-model.ts';
import { memoryPicture } from '../../models/inspect/memory-picture.ts';
import type { ArenaPlan, ArenaTarget } from '../../planner/arena-plan.ts';
import { memoryPlanSvg } from '../../targets/plots/memory-plan.ts';
import { renderFloatInspection } from '../render/float-inspection.ts';
import { renderInspection } from '../render/inspection.ts';
import { renderMemoryPlan } from '../render/memory-plan-text.ts';
import type { CliIo } from '../terminal/io.ts';
import { createTerminalReporter } from '../terminal/terminal-reporter.ts';
import { openProject } from '../workspace/project.ts';
import { publishBytes } from '../workspace/publish.ts';

export interface InspectFlags {
  readonly plan?: boolean;
  readonly planSvg?: string;
  readonly target: ArenaTarget;
  readonly json?: boolean;
}

/** What is printed, and the model whose memory is drawn. */
interface Report {
  readonly text: string;
  readonly json: object;
  readonly drawn: InspectedModel;
  readonly drawnTitle: string;
}

function planOf({ plans }: InspectedModel, target: ArenaTarget): ArenaPlan {
  return plans.find((plan) => plan.target === target) as ArenaPlan;
}

function modelReport(name: string, bytes: Uint8Array, arrayName: string | undefined): Report {
  const drawn = withErrorContext(name, () => inspectModel(bytes));
  const title = arrayName === undefined ? name : `${name}, array ${arrayName}`;
  const format = arrayName === undefined ? { format: 'tflite' } : { format: 'c-array', array: arrayName };
  return {
    text: renderInspection(title, drawn.inspection),
    json: { ...format, ...drawn.inspection },
    drawn,
    drawnTitle: title,
  };
}

function floatReport(name: string, model: InspectedFloatModel): Report {
  const { float, int8, passes } = model;
  const drawn = 'refused' in int8 ? float : int8;
  const asInt8 = 'refused' in int8 ? { asInt8Refused: int8.refused } : { asInt8: int8.inspection };
  return {
    text: renderFloatInspection(name, model),
    json: { format: 'float-model', ...float.inspection, passes, ...asInt8 },
    drawn,
    drawnTitle: 'refused' in int8 ? name : `${name} as int8`,
  };
}

async function reportOf(io: CliIo, name: string): Promise<Report> {
  const path = resolve(io.cwd, name);
  const bytes = readInputFile(path, 'a model file');
  const source = tfliteSource(bytes, name);
  if (source !== undefined) return modelReport(name, source.bytes, source.arrayName);
  const { config } = openProject(io, createTerminalReporter(io));
  const graph = await readModelFile(bytes, name, (shard) =>
    readInputFile(join(dirname(path), shard), 'weights'),
  );
  const { densePerChannel } = config.quantization;
  return floatReport(
    name,
    withErrorContext(name, () => inspectFloatGraph(graph, densePerChannel)),
  );
}

export async function inspect(io: CliIo, model: string, flags: InspectFlags): Promise<void> {
  const { text, json, drawn, drawnTitle } = await reportOf(io, model);
  const plan = planOf(drawn, flags.target);
  const picture = memoryPicture(drawn.outline, plan, `${drawnTitle}, ${flags.target}`);
  const written =
    flags.planSvg === undefined ? undefined : publishBytes(io, memoryPlanSvg(picture), flags.planSvg);
  if (flags.json === true) {
    const drawing = { ...plan, steps: picture.steps, boxes: picture.boxes };
    const { buffers: _, ...shown } = drawing;
    io.stdout.write(
      `${JSON.stringify({ model, ...json, plan: shown, ...(written === undefined ? {} : { written }) })}\n`,
    );
    return;
  }
  io.stdout.write(text);
  if (flags.plan === true) io.stdout.write(`\n${renderMemoryPlan(picture)}`);
  if (written !== undefined) io.stdout.write(`\n${written}\n`);
}
