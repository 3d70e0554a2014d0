/** `tinyml inspect`: any model; figures and warnings to stdout, its memory plan drawn where that is asked for. */

import { unsupportedError, usageError, withAsyncErrorContext, withErrorContext } from '../../core/errors.ts';
import { given } from '../../core/given.ts';
import type { Imported } from '../../formats/importer.ts';
import { DEFAULT_FORM, type Int8Form } from '../../models/convert/lower.ts';
import { type DrawnMemory, drawMemory, planRefusal } from '../../models/inspect/draw-memory.ts';
import { type InspectedFloatModel, inspectFloatGraph } from '../../models/inspect/inspect-float-model.ts';
import { type InspectedModel, inspectModel } from '../../models/inspect/inspect-model.ts';
import type { Target } from '../../planner/target.ts';
import type { HuffmanTime, Optimize, ProgramOptions } from '../../targets/c/optimize.ts';
import { memoryPlanSvg } from '../../targets/plots/memory-plan.ts';
import type { Library } from '../../targets/tflm/operators.ts';
import type { InspectedFile, InspectJson } from '../printed-json.ts';
import { renderFloatInspection } from '../render/float-inspection.ts';
import { renderInspection } from '../render/inspection.ts';
import { renderMemoryPlan } from '../render/memory-plan-text.ts';
import { printable } from '../render/printable.ts';
import type { Session } from '../terminal/session.ts';
import { openModelFile } from '../workspace/model-bytes.ts';
import { readProject, workContext } from '../workspace/project.ts';
import { publishBytes } from '../workspace/publish.ts';
import { openCalibration, samplesOfFile } from '../workspace/samples.ts';

/** Options of `tinyml inspect`. */
export interface InspectFlags {
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
      : { asInt8: { ...int8.inspection, bounds: int8.bounds } };
  return {
    text: (terminal) => renderFloatInspection(name, model, terminal),
    json: { format: 'float-model', ...float.inspection, passes, ...asInt8 },
    drawn,
    drawnTitle: 'refusal' in int8 ? name : `${name} as int8`,
  };
}

/** The form that `tinyml convert` gives int8 models here. */
function int8Form(session: Session, library: Library | undefined): Int8Form {
  const { conversion, quantization } = readProject(session).config;
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
  { library, optimize, huffman, calibration: path }: InspectFlags,
): Promise<Report> {
  const form = int8Form(session, library);
  const calibration = openCalibration(session, path);
  const samples = calibration && {
    calibration: samplesOfFile(calibration, imported),
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
  const file = openModelFile(session, name);
  const { tflite } = file;
  if (tflite !== undefined) {
    refuseSamples(flags.calibration);
    // What decides the form of other models is not asked for where the library is given.
    const form = library === undefined ? int8Form(session, library) : { ...DEFAULT_FORM, library };
    return modelReport(name, tflite.bytes, tflite.arrayName, form, given({ optimize, huffman }));
  }
  return inspectFloat(session, name, await file.imported(), flags);
}

function planJson({ figures, picture: { steps, boxes } }: DrawnMemory): InspectJson['plan'] {
  return { ...figures, steps, boxes };
}

/** Prints what a model of any kind holds and costs, and draws its memory where that is asked for. */
export async function inspectAction(session: Session, model: string, flags: InspectFlags): Promise<void> {
  const report = await reportOf(session, model, flags);
  const drawn = drawPlan(report, flags);
  const written =
    flags.planSvg === undefined || drawn === undefined
      ? undefined
      : publishBytes(session, memoryPlanSvg(drawn.picture), flags.planSvg);
  session.emit<InspectJson>(
    () =>
      [
        report.text(session.columns),
        ...(flags.plan === true && drawn !== undefined
          ? [renderMemoryPlan(drawn.picture, session.columns)]
          : []),
        ...(written === undefined ? [] : [`${printable(written)}\n`]),
      ].join('\n'),
    {
      model,
      ...report.json,
      ...given({ plan: drawn === undefined ? undefined : planJson(drawn), written }),
    },
  );
}
