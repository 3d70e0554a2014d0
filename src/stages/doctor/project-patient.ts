/** A project as the doctor's patient: calibrated as it is quantized today, measured on the samples that validated its training. */

import type { Artifact } from '../../artifacts/store.ts';
import { usageError } from '../../core/errors.ts';
import { given } from '../../core/given.ts';
import type { FloatArray } from '../../data/records/float-array.ts';
import type { RecordSource } from '../../data/records/records.ts';
import { activationsOf, prepareForInt8 } from '../../models/convert/lower.ts';
import type { Patient } from '../../models/doctor/cures.ts';
import type { Recipe } from '../../models/quantize/method-names.ts';
import type { WorkContext } from '../../models/run/spread/spread-records.ts';
import { targetJudge } from '../../models/score/judge.ts';
import { passesAgainst } from '../../passes/quantize/rounding/kept-weights.ts';
import type { ProjectConfig } from '../config.ts';
import { calibrationRecords } from '../dataset/calibration-records.ts';
import { openSplit } from '../dataset-reader.ts';
import { readOutputs } from '../ends/project-outputs.ts';
import { readFloatGraph, readKeptGraph } from '../float-graph.ts';
import type { QuantizeOptions } from '../quantize.ts';
import { taskOf } from '../task.ts';
import { outputsJudge } from './outputs-judge.ts';

/** The current artifacts of the stages. */
export interface ExaminedArtifacts {
  readonly dataset: Artifact;
  readonly train: Artifact;
  /** That of the float graph: `train`, or what was made of it. */
  readonly float: Artifact;
  readonly quantize: Artifact;
}

/** A patient whose samples are open. */
export interface OpenPatient {
  readonly patient: Patient;
  close(): void;
}

/** So many times the samples are tried where calibration does not hold for others. */
const MORE = 4;

/** What the task is judged by first, of several outputs that of each. Anomalies are not among the samples that validate: nothing judges there. */
function judgesOf(
  { dataset, train }: ExaminedArtifacts,
  x: RecordSource,
  y: FloatArray,
  context: WorkContext,
): Pick<Patient, 'judge' | 'outputsJudge'> {
  const outputs = readOutputs(dataset);
  if (outputs !== undefined) return { outputsJudge: outputsJudge(outputs, x, y, context) };
  const task = taskOf(dataset, train, y);
  return task === 'anomaly' ? {} : { judge: targetJudge(task, x, y, context) };
}

/** Whoever opens it closes it. Throws `no-validation` (usage) where no samples validate, `trained-integers` where training decided all. */
export function openProjectPatient(
  artifacts: ExaminedArtifacts,
  { conversion, check }: Pick<ProjectConfig, 'conversion' | 'check'>,
  context: WorkContext,
): OpenPatient {
  const { dataset, float, quantize } = artifacts;
  const options = quantize.manifest.options as unknown as QuantizeOptions;
  const { samples, densePerChannel, method, library, type, int16 } = options;
  const { seed } = quantize.manifest;
  const { kept, trained } = readKeptGraph(float);
  if (trained !== undefined) {
    throw usageError(
      'trained-integers',
      'Quantization-aware training has decided the integers of this project, and nothing is left to choose',
      'Take "quantize-aware" out of "compress" to see what int8 costs its model otherwise.',
    );
  }
  const training = openSplit(dataset, 'train');
  const validation = openSplit(dataset, 'validation');
  const close = (): void => {
    training.x.close();
    validation.x.close();
  };
  if (validation.x.count === 0) {
    close();
    throw usageError(
      'no-validation',
      'The project has no validation samples on which cures could be measured',
      'Give the dataset a validation share.',
    );
  }
  const records = (count: number): RecordSource =>
    calibrationRecords(dataset, training.x, count, seed).records;
  const more = training.x.count > samples ? records(MORE * samples) : undefined;
  const patient = {
    prepare(recipe: Recipe) {
      const form = { library, method: recipe, without: passesAgainst({ kept }) };
      return prepareForInt8(readFloatGraph(float, form), form);
    },
    calibration: records(samples),
    held: validation.x,
    now: { method, densePerChannel, activations: activationsOf(given({ type, int16 })) },
    io: conversion.io,
    library,
    arenaTarget: check.target,
    ...judgesOf(artifacts, validation.x, validation.y, context),
    ...given({ kept, more }),
  };
  return { patient, close };
}
