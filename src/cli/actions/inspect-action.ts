/** `tinyml inspect`: any model; figures and warnings to stdout, its memory plan drawn where that is asked for. */

import { usageError, withAsyncErrorContext, withErrorContext } from '../../core/errors.ts';
import { given } from '../../core/given.ts';
import type { Graph } from '../../ir/graph.ts';
import { DEFAULT_FORM, type Int8Form } from '../../models/convert/lower.ts';
import { type InspectedFloatModel, inspectFloatGraph } from '../../models/inspect/inspect-float-model.ts';
import { type InspectedModel, inspectModel } from '../../models/inspect/inspect-model.ts';
import { memoryPicture } from '../../models/inspect/memory-picture.ts';
import type { ArenaPlan, ArenaTarget } from '../../planner/arena-plan.ts';
import { memoryPlanSvg } from '../../targets/plots/memory-plan.ts';
import type { Library } from '../../targets/tflm/operators.ts';
import type { InspectedFile, InspectJson } from '../printed-json.ts';
import { renderFloatInspection } from '../render/float-inspection.ts';
import { renderInspection } from '../render/inspection.ts';
import { renderMemoryPlan } from '../render/memory-plan-text.ts';
import type { Session } from '../terminal/session.ts';
import { openCalibration } from '../workspace/calibration.ts';
import { openModelFile } from '../workspace/model-bytes.ts';
import { openProject, workContext } from '../workspace/project.ts';
import { publishBytes } from '../workspace/publish.ts';

export interface InspectFlags {
  readonly plan?: boolean;
  readonly planSvg?: string;
  readonly target: ArenaTarget;
  /** What will run the int8 form of the model. */
  readonly library?: Library;
  /** A `.npy` file of representative inputs. */
  readonly calibration?: string;
}

/** What is printed, and the model whose memory is drawn. */
interface Report {
  readonly text: () => string;
  readonly json: InspectedFile;
  readonly drawn: InspectedModel;
  readonly drawnTitle: string;
}

function planOf({ plans }: InspectedModel, target: ArenaTarget): ArenaPlan {
  return plans.find((plan) => plan.target === target) as ArenaPlan;
}

function modelReport(name: string, bytes: Uint8Array, arrayName: string | undefined, form: Int8Form): Report {
  const drawn = withErrorContext(name, () => inspectModel(bytes, form));
  const title = arrayName === undefined ? name : `${name}, array ${arrayName}`;
  const format =
    arrayName === undefined
      ? ({ format: 'tflite' } as const)
      : ({ format: 'c-array', array: arrayName } as const);
  return {
    text: () => renderInspection(title, drawn.inspection),
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
    text: () => renderFloatInspection(name, model),
    json: { format: 'float-model', ...float.inspection, passes, ...asInt8 },
    drawn,
    drawnTitle: 'refusal' in int8 ? name : `${name} as int8`,
  };
}

/** The form that `tinyml convert` gives int8 models here. */
function int8Form(session: Session, library: Library | undefined): Int8Form {
  const { conversion, quantization } = openProject(session).config;
  const { densePerChannel } = quantization;
  return { io: conversion.io, library: library ?? conversion.library, densePerChannel };
}

function refuseSamples(calibration: string | undefined): void {
  if (calibration === undefined) return;
  throw usageError('nothing-to-calibrate', 'Only float models are calibrated', 'Leave --calibration out.');
}

async function inspectFloat(
  session: Session,
  name: string,
  graph: Graph,
  { library, calibration: path }: InspectFlags,
): Promise<Report> {
  const form = int8Form(session, library);
  const calibration = openCalibration(session, path);
  const samples = calibration === undefined ? undefined : { calibration, context: workContext(session) };
  try {
    return floatReport(
      name,
      await withAsyncErrorContext(name, () => inspectFloatGraph(graph, form, samples)),
    );
  } finally {
    calibration?.close();
  }
}

async function reportOf(session: Session, name: string, flags: InspectFlags): Promise<Report> {
  const { library } = flags;
  const file = openModelFile(session, name);
  const { tflite } = file;
  if (tflite !== undefined) {
    refuseSamples(flags.calibration);
    // What decides the form of other models is not asked for where the library is given.
    const form = library === undefined ? int8Form(session, library) : { ...DEFAULT_FORM, library };
    return modelReport(name, tflite.bytes, tflite.arrayName, form);
  }
  return inspectFloat(session, name, await file.graph(), flags);
}

export async function inspectAction(session: Session, model: string, flags: InspectFlags): Promise<void> {
  const { text, json, drawn, drawnTitle } = await reportOf(session, model, flags);
  const plan = planOf(drawn, flags.target);
  const picture = memoryPicture(drawn.outline, plan, `${drawnTitle}, ${flags.target}`);
  const written =
    flags.planSvg === undefined ? undefined : publishBytes(session, memoryPlanSvg(picture), flags.planSvg);
  const { buffers: _, ...figures } = plan;
  session.emit<InspectJson>(
    () =>
      [
        text(),
        ...(flags.plan === true ? [renderMemoryPlan(picture)] : []),
        ...(written === undefined ? [] : [`${written}\n`]),
      ].join('\n'),
    {
      model,
      ...json,
      plan: { ...figures, steps: picture.steps, boxes: picture.boxes },
      ...given({ written }),
    },
  );
}
