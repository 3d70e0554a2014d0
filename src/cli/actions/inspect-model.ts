/** `tinyml inspect`: any model; figures and warnings to stdout, its memory plan drawn where that is asked for. */

import { dirname, join, resolve } from 'node:path';
import { readInputFile } from '../../artifacts/files.ts';
import { withAsyncErrorContext, withErrorContext } from '../../core/errors.ts';
import { readModelFile, tfliteSource } from '../../formats/model-file.ts';
import type { Int8Form } from '../../models/convert/lower.ts';
import { type InspectedFloatModel, inspectFloatGraph } from '../../models/inspect/inspect-float-model.ts';
import { type InspectedModel, inspectModel } from '../../models/inspect/inspect-model.ts';
import { memoryPicture } from '../../models/inspect/memory-picture.ts';
import type { ArenaPlan, ArenaTarget } from '../../planner/arena-plan.ts';
import { memoryPlanSvg } from '../../targets/plots/memory-plan.ts';
import type { Library } from '../../targets/tflm/operators.ts';
import { renderFloatInspection } from '../render/float-inspection.ts';
import { renderInspection } from '../render/inspection.ts';
import { renderMemoryPlan } from '../render/memory-plan.ts';
import type { CliIo } from '../terminal/io.ts';
import { createTerminalReporter } from '../terminal/terminal-reporter.ts';
import { openProject } from '../workspace/project.ts';
import { publishBytes } from '../workspace/publish.ts';

export interface InspectFlags {
  readonly plan?: boolean;
  readonly planSvg?: string;
  readonly target: ArenaTarget;
  /** What will run the int8 form of the model. */
  readonly library?: Library;
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

function modelReport(name: string, bytes: Uint8Array, arrayName: string | undefined, form: Int8Form): Report {
  const drawn = withErrorContext(name, () => inspectModel(bytes, form));
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
  const drawn = 'refusal' in int8 ? float : int8;
  const asInt8 =
    'refusal' in int8
      ? { asInt8Refused: int8.refusal }
      : { asInt8: { ...int8.inspection, bounds: int8.bounds } };
  return {
    text: renderFloatInspection(name, model),
    json: { format: 'float-model', ...float.inspection, passes, ...asInt8 },
    drawn,
    drawnTitle: 'refusal' in int8 ? name : `${name} as int8`,
  };
}

/** The form that `tinyml convert` gives int8 models here. */
function int8Form(io: CliIo, library: Library | undefined): Int8Form {
  const { conversion, quantization } = openProject(io, createTerminalReporter(io)).config;
  const { densePerChannel } = quantization;
  return { io: conversion.io, library: library ?? conversion.library, densePerChannel };
}

async function reportOf(io: CliIo, name: string, library: Library | undefined): Promise<Report> {
  const path = resolve(io.cwd, name);
  const bytes = readInputFile(path, 'a model file');
  const source = tfliteSource(bytes, name);
  const form = int8Form(io, library);
  if (source !== undefined) return modelReport(name, source.bytes, source.arrayName, form);
  const graph = await readModelFile(bytes, name, (shard) =>
    readInputFile(join(dirname(path), shard), 'weights'),
  );
  return floatReport(name, await withAsyncErrorContext(name, () => inspectFloatGraph(graph, form)));
}

export async function inspect(io: CliIo, model: string, flags: InspectFlags): Promise<void> {
  const { text, json, drawn, drawnTitle } = await reportOf(io, model, flags.library);
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
