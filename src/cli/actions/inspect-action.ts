/** `tinyml inspect`: any model; figures and warnings to stdout, its memory plan drawn where that is asked for. */

import { unsupportedError, usageError, withAsyncErrorContext, withErrorContext } from '../../core/errors.ts';
import { given } from '../../core/given.ts';
import type { Imported } from '../../formats/importer.ts';
import { DEFAULT_FORM, type Int8Form } from '../../models/convert/lower.ts';
import { dutyOf, type ListeningCost, type NotMeasured } from '../../models/duty/listening-cost.ts';
import { type DrawnMemory, drawMemory, planRefusal } from '../../models/inspect/draw-memory.ts';
import { type InspectedFloatModel, inspectFloatGraph } from '../../models/inspect/inspect-float-model.ts';
import { type InspectedModel, inspectModel } from '../../models/inspect/inspect-model.ts';
import type { Target } from '../../planner/target.ts';
import type { HuffmanTime, Optimize, ProgramOptions } from '../../targets/c/optimize.ts';
import type { Library } from '../../targets/tflm/operators.ts';
import type { InspectedFile, InspectJson } from '../printed-json.ts';
import { renderFloatInspection } from '../render/float-inspection.ts';
import { renderInspection } from '../render/inspection.ts';
import { renderListeningCost } from '../render/listening/listening-cost.ts';
import { renderMemoryPlan } from '../render/memory-plan-text.ts';
import { printable } from '../render/printable.ts';
import type { Session } from '../terminal/session.ts';
import { conversionSettings } from '../workspace/conversion-settings.ts';
import { openModelFile, requireModelFile } from '../workspace/model-bytes.ts';
import { publishBytes } from '../workspace/publish.ts';
import { workContext } from '../workspace/work-context.ts';
import { type ImportFlags, wishesOf } from './convert/import-flags.ts';
import { formOfChoice, isStepChoice } from './convert/recurrent-choice.ts';

/** Options of `tinyml inspect`. */
export interface InspectFlags extends ImportFlags {
  readonly plan?: boolean;
  readonly planSvg?: string;
  readonly target: Target;
  /** What its C without an interpreter is to be best at. */
  readonly optimize?: Optimize;
  /** When its C decodes weights. */
  readonly huffman?: HuffmanTime;
  /** What will run the int8 form of the model. */
  readonly library?: Library;
  /** A file of representative inputs. */
  readonly calibration?: string;
  /** Cycles of the chip in a second. */
  readonly clock?: number;
}

/** What is printed, and the model whose memory is drawn. */
interface Report {
  readonly text: (terminal: number | undefined) => string;
  readonly json: InspectedFile;
  readonly drawn: InspectedModel;
  readonly drawnTitle: string;
}

/** Undefined where no plan is possible; throws where it was to be drawn. */
function drawPlan(
  { drawn, drawnTitle }: Report,
  { target, plan, planSvg }: InspectFlags,
): DrawnMemory | undefined {
  const found = drawMemory(drawn, target, `${drawnTitle}, ${target}`);
  if (found !== undefined) return found;
  if (plan !== true && planSvg === undefined) return undefined;
  throw unsupportedError(
    'no-plan',
    `${drawnTitle}: no memory can be planned. ${planRefusal(drawn, target) ?? ''}`,
    'Leave --plan and --plan-svg out to see everything else.',
  );
}

function modelReport(
  name: string,
  bytes: Uint8Array,
  arrayName: string | undefined,
  form: Int8Form,
  options: ProgramOptions,
): Report {
  const drawn = withErrorContext(name, () => inspectModel(bytes, form, options));
  const title = arrayName === undefined ? name : `${name}, array ${arrayName}`;
  const format =
    arrayName === undefined
      ? ({ format: 'tflite' } as const)
      : ({ format: 'c-array', array: arrayName } as const);
  return {
    text: (terminal) => renderInspection(title, drawn.inspection, terminal),
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
      : { asInt8: { ...int8.inspection, bounds: int8.bounds, scales: int8.scales } };
  return {
    text: (terminal) => renderFloatInspection(name, model, terminal),
    json: { format: 'float-model', ...float.inspection, passes, ...asInt8 },
    drawn,
    drawnTitle: 'refusal' in int8 ? name : `${name} as int8`,
  };
}

/** The form that `tinyml convert` gives int8 models here. */
async function int8Form(session: Session, library: Library | undefined): Promise<Int8Form> {
  const { conversion, quantization } = await conversionSettings(session);
  const { densePerChannel, method } = quantization;
  return { io: conversion.io, library: library ?? conversion.library, densePerChannel, method };
}

function refuseSamples(calibration: string | undefined): void {
  if (calibration === undefined) return;
  throw usageError('nothing-to-calibrate', 'Only float models are calibrated', 'Leave --calibration out.');
}

async function inspectFloat(
  session: Session,
  name: string,
  imported: Imported,
  { library, optimize, huffman, recurrent, calibration: path }: InspectFlags,
): Promise<Report> {
  const form = { ...(await int8Form(session, library)), ...given({ recurrent: formOfChoice(recurrent) }) };
  const isStep = isStepChoice(recurrent);
  const calibration =
    path === undefined
      ? undefined
      : (await import('../workspace/samples.ts')).openCalibration(session, path, imported, isStep);
  const samples = calibration && {
    calibration: calibration,
    context: workContext(session),
  };
  try {
    return floatReport(
      name,
      await withAsyncErrorContext(name, () =>
        inspectFloatGraph(imported.graph, form, samples, given({ optimize, huffman })),
      ),
    );
  } finally {
    calibration?.close();
  }
}

async function reportOf(session: Session, name: string, flags: InspectFlags): Promise<Report> {
  const { library, optimize, huffman } = flags;
  const file = openModelFile(session, name, wishesOf(flags));
  const { tflite } = file;
  if (tflite !== undefined) {
    refuseSamples(flags.calibration);
    // What decides the form of other models is not asked for where the library is given.
    const form = library === undefined ? await int8Form(session, library) : { ...DEFAULT_FORM, library };
    return modelReport(name, tflite.bytes, tflite.arrayName, form, given({ optimize, huffman }));
  }
  return inspectFloat(session, name, await file.imported(), flags);
}

function planJson({ figures, picture: { steps, boxes } }: DrawnMemory): InspectJson['plan'] {
  return { ...figures, steps, boxes };
}

/** Told of nothing, the clock would be silently of no use. */
function refuseClock({ clock }: InspectFlags): void {
  if (clock === undefined) return;
  throw usageError(
    'no-stream',
    '--clock needs a project that listens: of it, the share of its time is told',
    'Leave the model and --clock out, or add "stream" to tinyml.config.json.',
  );
}

interface Subject {
  readonly name: string;
  readonly report: Report;
  /** Of a project that listens. */
  readonly listening?: ListeningCost | NotMeasured;
}

/** The project's own model, with the options of what it exports where the command line has none. */
async function projectSubject(session: Session, flags: InspectFlags): Promise<Subject> {
  refuseSamples(flags.calibration);
  // Every stage and what it stands on, of which a model file needs nothing.
  const { openProjectModel } = await import('./project-model.ts');
  const { config, written, listeningCost } = openProjectModel(session);
  if (config.stream === undefined) refuseClock(flags);
  const { name, bytes } = await written();
  const { optimize = config.export.optimize, huffman = config.export.huffman } = flags;
  const options = given({ optimize, huffman });
  const form = await int8Form(session, flags.library);
  const report = modelReport(name, bytes, undefined, form, options);
  return config.stream === undefined
    ? { name, report }
    : { name, report, listening: await listeningCost(options) };
}

function listeningJson(
  cost: ListeningCost | NotMeasured | undefined,
  clock: number | undefined,
): InspectJson['listening'] {
  if (cost === undefined || 'doubt' in cost || clock === undefined) return cost;
  return { ...cost, clock, duty: dutyOf(cost, clock) };
}

async function publishPlan(session: Session, { picture }: DrawnMemory, path: string): Promise<string> {
  const { memoryPlanSvg } = await import('../../targets/plots/memory-plan.ts');
  return publishBytes(session, memoryPlanSvg(picture), path);
}

/**
 * Prints what a model of any kind, or that of the project, holds and costs, what listening takes where the project does, and draws
 * its memory where that is asked for.
 */
export async function inspectAction(
  session: Session,
  model: string | undefined,
  flags: InspectFlags,
): Promise<void> {
  requireModelFile(session, model);
  if (model !== undefined) refuseClock(flags);
  const subject: Subject =
    model === undefined
      ? await projectSubject(session, flags)
      : { name: model, report: await reportOf(session, model, flags) };
  const { report, listening } = subject;
  const drawn = drawPlan(report, flags);
  const written =
    flags.planSvg === undefined || drawn === undefined
      ? undefined
      : await publishPlan(session, drawn, flags.planSvg);
  session.emit<InspectJson>(
    () =>
      [
        report.text(session.columns),
        ...(listening === undefined ? [] : [renderListeningCost(listening, flags.clock, session.columns)]),
        ...(flags.plan === true && drawn !== undefined
          ? [renderMemoryPlan(drawn.picture, session.columns)]
          : []),
        ...(written === undefined ? [] : [`${printable(written)}\n`]),
      ].join('\n'),
    {
      model: subject.name,
      ...report.json,
      ...given({ listening: listeningJson(listening, flags.clock) }),
      ...given({ plan: drawn === undefined ? undefined : planJson(drawn), written }),
    },
  );
}
