/** Files of samples: what to calibrate with, to predict from, to compare models on. */

import { existsSync } from 'node:fs';
import { usageError, withErrorContext } from '../../core/errors.ts';
import type { RandomAccessBytes } from '../../core/random-access.ts';
import { elementCount } from '../../core/tensor.ts';
import type { FloatArray } from '../../data/records/float-array.ts';
import { isNpz, openNpzRecords } from '../../data/records/npz-records.ts';
import { openRecords } from '../../data/records/open-records.ts';
import { type RecordSource, readAllRecords } from '../../data/records/records.ts';
import { reorderedRecords } from '../../data/records/reordered-records.ts';
import { stepRecords } from '../../data/records/step-records.ts';
import {
  inputNamed,
  inputRecords,
  type ModelInput,
  modelInputs,
  namesOf,
  type SampledModel,
} from '../../models/run/input-records.ts';
import type { Session } from '../terminal/session.ts';
import { openInput } from './inputs.ts';

/** What a file of samples may be, as messages call it. */
export const SAMPLE_FILE = 'a .npy, .csv or .json file';

/** Of an archive, as a message names them. */
const MOST_ARRAYS = 8;

/** `body` of an open file, which is closed where that fails. */
function openedBy<T>(file: RandomAccessBytes, body: () => T): T {
  try {
    return body();
  } catch (error) {
    file.close();
    throw error;
  }
}

/** The records of a file of samples. A `.npy` file may be larger than memory; they have to be closed. */
export function openSamples(session: Session, path: string): RecordSource {
  const file = openInput(session, path, SAMPLE_FILE);
  return openedBy(file, () => openRecords(file, path));
}

interface NamedFile {
  readonly name: string;
  readonly path: string;
}

function howTo(inputs: readonly ModelInput[]): string {
  const files = inputs.map(({ name }, index) => `${name}=x_${index}.npy`).join(',');
  return `Its inputs are ${namesOf(inputs)}: give ${files}, or a .npz file with arrays of these names.`;
}

/** Files in the order of the inputs, where no other order would do as well. */
function filesInOrder(inputs: readonly ModelInput[], paths: readonly string[]): readonly NamedFile[] {
  const sizes = new Set(inputs.map(({ shape }) => elementCount(shape)));
  if (paths.length !== inputs.length || sizes.size !== inputs.length) {
    const why =
      paths.length === inputs.length ? 'and which file is for which is not said' : 'each has a file';
    throw usageError('several-inputs', `The model has ${inputs.length} inputs, ${why}`, howTo(inputs));
  }
  return paths.map((path, index) => ({ name: inputs[index].name, path }));
}

/** `a=x.npy,b=z.npy`, or files in the order of the inputs. */
function filesOf(inputs: readonly ModelInput[], samples: string): readonly NamedFile[] {
  const words = samples.split(',');
  if (!words.some((word) => word.includes('='))) return filesInOrder(inputs, words);
  const files = words.map((word) => {
    const at = word.indexOf('=');
    return { name: inputNamed(inputs, word.slice(0, Math.max(0, at))).name, path: word.slice(at + 1) };
  });
  const twice = files.find(({ name }, index) => files.findIndex((file) => file.name === name) !== index);
  if (twice === undefined) return files;
  throw usageError('input-twice', `The input ${JSON.stringify(twice.name)} is given twice`, howTo(inputs));
}

/** By the names of its arrays; one array alone is that of the one input there is. */
function openArchive(file: RandomAccessBytes, path: string, inputs: readonly ModelInput[]): RecordSource {
  const arrays = openNpzRecords(file, path);
  const records = withErrorContext(path, () => {
    const [input, ...others] = inputs;
    const isSole = others.length === 0;
    return inputRecords(inputs, isSole ? new Map([[input.name, arrayFor(arrays, input)]]) : arrays);
  });
  return { ...records, close: () => file.close() };
}

/** The array of that name, or the only one. */
function arrayFor(arrays: ReadonlyMap<string, RecordSource>, input: Pick<ModelInput, 'name'>): RecordSource {
  const [first, ...others] = arrays.values();
  const found = arrays.get(input.name) ?? (others.length === 0 ? first : undefined);
  if (found !== undefined) return found;
  throw usageError(
    'several-arrays',
    arrays.size === 0
      ? 'It has no array'
      : `It has the arrays ${[...arrays.keys()].slice(0, MOST_ARRAYS).join(', ')}${arrays.size > MOST_ARRAYS ? ', …' : ''}, and which are the samples of "${input.name}" is not said`,
    `Call one of them ${JSON.stringify(input.name)}, or save it alone.`,
  );
}

/** The records of a file for one input. */
function openNamed(session: Session, { name, path }: NamedFile): RecordSource {
  const file = openInput(session, path, SAMPLE_FILE);
  return openedBy(file, () => {
    if (!isNpz(file)) return openRecords(file, path);
    const records = withErrorContext(path, () => arrayFor(openNpzRecords(file, path), { name }));
    return { ...records, close: () => file.close() };
  });
}

function openOneFile(session: Session, path: string, inputs: readonly ModelInput[]): RecordSource {
  const file = openInput(session, path, SAMPLE_FILE);
  return openedBy(file, () => {
    if (isNpz(file)) return openArchive(file, path, inputs);
    const [{ shape, order }, ...others] = inputs;
    if (others.length === 0) return reorderedRecords(openRecords(file, path), shape, order);
    throw usageError(
      'several-inputs',
      `The model has ${inputs.length} inputs, and ${path} is one file of samples`,
      howTo(inputs),
    );
  });
}

function openFiles(
  session: Session,
  files: readonly NamedFile[],
  inputs: readonly ModelInput[],
): RecordSource {
  const opened = new Map<string, RecordSource>();
  try {
    for (const file of files) opened.set(file.name, openNamed(session, file));
    return inputRecords(inputs, opened);
  } catch (error) {
    for (const records of opened.values()) records.close();
    throw error;
  }
}

/**
 * Samples for the inputs of a model: of one input a file of samples, of several `NAME=FILE,OTHER=FILE`, files in the order of
 * the inputs, or a `.npz` file with arrays of their names. A record has the values of all inputs, in the order of the model.
 */
export function openModelSamples(session: Session, samples: string, model: SampledModel): RecordSource {
  const inputs = modelInputs(model);
  const isPath = existsSync(session.absolute(samples)) || !/[=,]/.test(samples);
  return isPath
    ? openOneFile(session, samples, inputs)
    : openFiles(session, filesOf(inputs, samples), inputs);
}

/**
 * Samples to calibrate with. Of a network of one time step they may be whole sequences, which are then taken step by step, each
 * from states of zero on.
 */
export function openCalibration(
  session: Session,
  samples: string,
  model: SampledModel,
  isStep: boolean,
): RecordSource {
  const records = openModelSamples(session, samples, model);
  const [{ shape }] = modelInputs(model);
  return isStep ? withErrorContext(samples, () => stepRecords(records, elementCount(shape))) : records;
}

/** All of them at once. */
export function readModelSamples(session: Session, samples: string, model: SampledModel): FloatArray {
  const records = openModelSamples(session, samples, model);
  try {
    return readAllRecords(records, samples);
  } finally {
    records.close();
  }
}
