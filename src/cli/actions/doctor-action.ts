/** `tinyml doctor`: what int8 costs a model, where, and what could be done about it. */

import { usageError, withAsyncErrorContext } from '../../core/errors.ts';
import { given } from '../../core/given.ts';
import type { JsonValue } from '../../core/json.ts';
import { calibrationWords } from '../../models/convert/convert-model.ts';
import { type Examination, examine } from '../../models/doctor/examine.ts';
import { examineModel } from '../../models/doctor/examine-model.ts';
import { keepExamination } from '../../stages/doctor/kept-examination.ts';
import { openProjectPatient } from '../../stages/doctor/project-patient.ts';
import { floatOrigin, floatStage } from '../../stages/float-graph.ts';
import { layerNoisePlotSvg } from '../../targets/plots/layer-noise-plot.ts';
import type { DoctorJson } from '../printed-json.ts';
import { renderDoctor } from '../render/doctor.ts';
import { printable } from '../render/printable.ts';
import type { Session } from '../terminal/session.ts';
import { editProject } from '../workspace/edit-project.ts';
import { refuseInputs } from '../workspace/inputs.ts';
import { editSection } from '../workspace/json-edit.ts';
import { openModelFile, requireModelFile } from '../workspace/model-bytes.ts';
import { openProject, type Project } from '../workspace/project.ts';
import { publishBytes } from '../workspace/publish.ts';
import { readProject } from '../workspace/read-project.ts';
import { openModelSamples } from '../workspace/samples.ts';
import { workContext } from '../workspace/work-context.ts';

/** Options of `tinyml doctor`. */
export interface DoctorFlags {
  readonly calibration?: string;
  readonly data?: string;
  /** Puts what is recommended into the project file. */
  readonly write?: boolean;
  /** Where the drawing goes. */
  readonly plot?: string;
}

const WRITE_HINT = 'Leave --write out; "tinyml init" makes a project.';

function refuseWrite(): never {
  throw usageError('needs-project', '--write is of a project, and a model file is given', WRITE_HINT);
}

/** The project file that --write changes. */
function writtenFile({ file }: Project): string {
  if (file !== undefined) return file;
  throw usageError('no-project-file', 'There is no project file that --write could change', WRITE_HINT);
}

/** Refuses what only a model file can be examined with: passing over it would look like doing it. */
function refuseFileFlags({ calibration, data }: DoctorFlags): void {
  const found = calibration !== undefined ? '--calibration' : data !== undefined ? '--data' : undefined;
  if (found === undefined) return;
  throw usageError(
    'needs-model-file',
    `${found} needs a model file, and none is given`,
    'The project has its own samples; leave it out, or name a model: tinyml doctor model.keras --calibration x.npy.',
  );
}

/** What a recommendation changes of the section `quantization`. */
function changesOf({ recommendation, cures: [now] }: Examination): Readonly<Record<string, JsonValue>> {
  if (recommendation === undefined) return {};
  const { method, densePerChannel, samples } = recommendation.cure;
  return {
    method,
    ...(densePerChannel === now.densePerChannel ? {} : { densePerChannel }),
    ...(samples === now.samples ? {} : { samples }),
  };
}

async function examineProject(session: Session, { pipeline, config, store }: Project): Promise<Examination> {
  const dataset = (await pipeline.require({ stage: 'dataset' })).artifact;
  const train = (await pipeline.require({ stage: 'train' })).artifact;
  const float = (await pipeline.require({ stage: floatStage(floatOrigin(config)) })).artifact;
  const quantize = (await pipeline.require({ stage: 'quantize' })).artifact;
  const context = workContext(session);
  const artifacts = { dataset, train, float, quantize };
  const { patient, close } = openProjectPatient(artifacts, config, context);
  const createdAt = new Date();
  try {
    const examination = await examine(patient, context);
    const seconds = (Date.now() - createdAt.getTime()) / 1000;
    keepExamination(store, artifacts, examination, { createdAt, seconds });
    return examination;
  } finally {
    close();
  }
}

async function examineFile(
  session: Session,
  model: string,
  { calibration: path, data }: DoctorFlags,
): Promise<Examination> {
  const imported = await openModelFile(session, model).imported();
  if (path === undefined) {
    throw usageError(
      'no-calibration',
      'int8 needs samples of real input to calibrate with',
      `Give them with --calibration ${calibrationWords(imported.graph)}.`,
    );
  }
  const calibration = openModelSamples(session, path, imported);
  const held = data === undefined ? undefined : openModelSamples(session, data, imported);
  try {
    const { conversion, quantization, check } = readProject(session).config;
    const options = {
      calibration: calibration,
      held,
      now: { method: quantization.method, densePerChannel: quantization.densePerChannel },
      io: conversion.io,
      library: conversion.library,
      arenaTarget: check.target,
    };
    return await withAsyncErrorContext(model, () =>
      examineModel(imported.graph, options, workContext(session)),
    );
  } finally {
    held?.close();
    calibration.close();
  }
}

/** Of the project, and the path of its file where that was changed. */
async function treatProject(session: Session, flags: DoctorFlags): Promise<Treated> {
  refuseFileFlags(flags);
  const project = openProject(session);
  const file = flags.write === true ? writtenFile(project) : undefined;
  const examination = await examineProject(session, project);
  if (file === undefined || examination.recommendation === undefined) return { examination };
  const edit = (text: string): string => editSection(text, 'quantization', changesOf(examination));
  return { examination, written: editProject(session, file, edit) };
}

interface Treated {
  readonly examination: Examination;
  readonly written?: string;
}

function writtenSentence(written: string | undefined): string {
  return written === undefined
    ? 'Nothing was written: the project file says what is best already.'
    : `Written into ${printable(written)}; "tinyml quantize" takes it from there.`;
}

/** Prints what is wrong with a model, or the project's, and what may be done; draws and writes it where that is asked for. */
export async function doctorAction(
  session: Session,
  model: string | undefined,
  flags: DoctorFlags,
): Promise<void> {
  requireModelFile(session, model);
  const { write, plot } = flags;
  if (model !== undefined && write === true) refuseWrite();
  // What takes a minute should not end in a refusal that is known now.
  if (plot !== undefined) refuseInputs(session, [session.absolute(plot)]);
  const { examination, written }: Treated =
    model === undefined
      ? await treatProject(session, flags)
      : { examination: await examineFile(session, model, flags) };
  const drawn =
    plot === undefined
      ? undefined
      : publishBytes(session, layerNoisePlotSvg(examination.layers, examination.budget.allDb), plot);
  session.emit<DoctorJson>(
    () =>
      [
        renderDoctor(examination, session.columns),
        ...(write === true ? [`${writtenSentence(written)}\n`] : []),
        ...(drawn === undefined ? [] : [`${printable(drawn)}\n`]),
      ].join(''),
    { ...given({ model, written, drawn }), ...examination },
  );
}
