/** `tinyml compress MODEL --data PATH`: any float model, made smaller on the user's samples. */

import { inputError, unsupportedError, usageError, withAsyncErrorContext } from '../../core/errors.ts';
import { given } from '../../core/given.ts';
import { decodeText, MAX_TEXT_BYTES } from '../../core/text.ts';
import type { Graph } from '../../ir/graph.ts';
import { type CompressedModel, compressModel } from '../../models/compress/compress-model.ts';
import { isInt8, simplifyFloat } from '../../models/convert/lower.ts';
import { writeTflmModel } from '../../models/tflm-model.ts';
import {
  type DividedSamples,
  divideSamples,
  divideUnlabelled,
  fileJob,
} from '../../stages/compress/file-job.ts';
import { parseCompressions, parseMethodText } from '../../stages/compress/parse-methods.ts';
import { trainingThreads } from '../../training/compiled/crew/worker-threads.ts';
import { type Compression, filesRead } from '../../training/compress/index.ts';
import type { CompressFileJson } from '../printed-json.ts';
import { renderCompressedFile } from '../render/compression.ts';
import type { Session } from '../terminal/session.ts';
import { readInput, refuseInputs } from '../workspace/inputs.ts';
import { openModelFile } from '../workspace/model-bytes.ts';
import { openProject, type Project } from '../workspace/project.ts';
import { publishBytes } from '../workspace/publish.ts';
import { openSamples } from '../workspace/samples.ts';
import { workContext } from '../workspace/work-context.ts';
import { refuseSourceName } from './convert/source-name.ts';
import { type DataFlags, onData, samplesFor, type Work } from './given-data.ts';

/** What is said of a model file. */
export interface CompressFileFlags extends DataFlags {
  readonly method?: readonly string[];
  /** A JSON file with the list. */
  readonly methods?: string;
  readonly data?: string;
  readonly test?: string;
  /** The model gives its input again: the samples have nothing beside it. */
  readonly reconstruct?: true;
  readonly int8?: true;
  readonly output?: string;
  readonly seed?: number;
}

function readList(session: Session, path: string): unknown {
  const text = decodeText(readInput(session, path, 'a JSON file of methods', MAX_TEXT_BYTES), path);
  try {
    return JSON.parse(text);
  } catch (error) {
    throw inputError(
      'bad-methods',
      `${path} is not JSON`,
      'Write a list as a project has it under "compress": [{ "method": "prune" }].',
      error,
    );
  }
}

function methodsOf(session: Session, { method, methods }: CompressFileFlags): readonly Compression[] {
  if (methods !== undefined) return parseCompressions(readList(session, methods), methods);
  if (method !== undefined) return parseCompressions(method.flatMap(parseMethodText), '--method');
  throw usageError(
    'no-compression',
    'Nothing says how the model is to be compressed',
    'Add --method prune, say; "tinyml compress --help" shows how methods are given.',
  );
}

interface Asked {
  readonly methods: readonly Compression[];
  readonly data: string;
  readonly output: string;
}

function askedOf(session: Session, model: string, flags: CompressFileFlags): Asked {
  const { data, output } = flags;
  if (output === undefined) {
    throw usageError('no-output', `Say where the compressed ${model} goes`, 'Add -o small.tflite.');
  }
  refuseSourceName(output);
  if (data === undefined) {
    throw usageError(
      'no-input',
      'Compression needs samples to train and to judge with',
      'Give a file or a folder with --data, and what is true of the samples with --target.',
    );
  }
  const methods = methodsOf(session, flags);
  // What takes minutes should not end in a refusal that is known now.
  for (const path of [model, data, flags.test ?? data, ...filesRead(methods)])
    session.inputs.add(session.absolute(path));
  refuseInputs(session, [session.absolute(output)]);
  return { methods, data, output };
}

/** Samples have one value that goes in, and one that is true of it. */
function requireSingleEnds({ inputs, outputs }: Graph, path: string): void {
  for (const [count, what] of [
    [inputs.length, 'inputs'],
    [outputs.length, 'outputs'],
  ] as const) {
    if (count === 1) continue;
    throw unsupportedError(
      'several-ends',
      `${path} has ${count} ${what}, and methods of compression train models with one`,
      'Make the model with one input and one output, or of each of its ends a model, and compress that.',
    );
  }
}

async function readFloat(session: Session, path: string): Promise<Graph> {
  const graph = await openModelFile(session, path).graph();
  requireSingleEnds(graph, path);
  if (!isInt8(graph)) {
    // Training follows gradients through every step.
    const form = { without: [], recurrent: 'unrolled' } as const;
    return withAsyncErrorContext(path, async () => simplifyFloat(graph, form));
  }
  throw usageError(
    'already-int8',
    `${path} is a model of integers, whose weights cannot be trained any more`,
    'Give the Keras, TensorFlow.js or float .tflite file that it was made of.',
  );
}

interface Divided {
  readonly samples: DividedSamples;
  readonly isClassifier: boolean;
}

async function divideLabelled(
  project: Project,
  graph: Graph,
  work: Work,
  test: string | undefined,
  seed: number,
): Promise<Divided> {
  const data = await samplesFor(project, { graph }, work);
  const held = test === undefined ? undefined : await samplesFor(project, { graph }, { ...work, path: test });
  return {
    samples: divideSamples(graph, data, held, seed),
    isClassifier: data.labels.task === 'classification',
  };
}

function divideAlone(
  session: Session,
  graph: Graph,
  data: string,
  test: string | undefined,
  seed: number,
): Divided {
  const opened = openSamples(session, data);
  const held = test === undefined ? undefined : openSamples(session, test);
  try {
    return { samples: divideUnlabelled(graph, opened, held, seed), isClassifier: false };
  } finally {
    opened.close();
    held?.close();
  }
}

/** The float32 file as `convert --float` writes it, or the integers that were measured. */
function fileOf({ model, integers }: CompressedModel, int8: true | undefined): Uint8Array {
  return writeTflmModel(int8 === true ? integers : model.graph);
}

async function compressGraph(
  session: Session,
  project: Project,
  graph: Graph,
  { samples, isClassifier }: Divided,
  methods: readonly Compression[],
  seed: number,
): Promise<CompressedModel> {
  const { quantization, conversion, check } = project.config;
  const { train, validation, test } = samples;
  const { reporter: report, signal } = session;
  const context = { ...workContext(session), report, signal, trainingThreads };
  session.reporter.info(
    `Samples, by seed ${seed}: ${train.x.shape[0]} train, ${validation.x.shape[0]} choose, ${test.x.shape[0]} test.`,
  );
  const form = {
    ...({ type: 'int8', io: conversion.io, method: quantization.method } as const),
    ...{ densePerChannel: quantization.densePerChannel, library: conversion.library, target: check.target },
  };
  const readModel = async (path: string): Promise<Graph> => {
    const read = await openModelFile(session, path).graph();
    return isInt8(read) ? read : simplifyFloat(read);
  };
  const options = { methods, seed, isClassifier, samples: quantization.samples, form, readModel };
  return compressModel(fileJob(graph, samples, options, context), context);
}

/** A file of float32 has no place for trained scales, nor for marks of zeros and few values. */
function warnOfOtherIntegers(
  session: Session,
  { trained, keeps }: CompressedModel['model'],
  written: string,
): void {
  if (trained === undefined && keeps.size === 0) return;
  session.reporter.warn(
    `A conversion of ${written}, which is float32, makes other integers than those of the table: it does not know what the methods left in weights. --int8 writes those that were measured.`,
  );
}

/** Writes the compressed model, whole or not at all, and prints what each method did. */
export async function compressFile(session: Session, path: string, flags: CompressFileFlags): Promise<void> {
  const { methods, data, output } = askedOf(session, path, flags);
  const project = openProject(session, false);
  const seed = flags.seed ?? project.config.seed;
  const graph = await readFloat(session, path);
  const compressed = async (divided: Divided): Promise<void> => {
    const made = await withAsyncErrorContext(path, () =>
      compressGraph(session, project, graph, divided, methods, seed),
    );
    const bytes = fileOf(made, flags.int8);
    const written = publishBytes(session, bytes, output);
    if (flags.int8 !== true) warnOfOtherIntegers(session, made.model, written);
    const { train } = divided.samples;
    const report = {
      model: path,
      written,
      bytes: bytes.length,
      form: flags.int8 === true ? ('int8' as const) : ('float' as const),
      seed,
      data: { ...given({ path: data, test: flags.test }), train: train.x.shape[0] },
      methods: methods as CompressFileJson['methods'],
      interrupted: made.interrupted,
      ...made.table,
    };
    session.emit<CompressFileJson>(() => renderCompressedFile(report, session.columns), report);
  };
  if (flags.reconstruct === true) {
    await compressed(divideAlone(session, graph, data, flags.test, seed));
    return;
  }
  await onData(session, project, data, flags, async (work) =>
    compressed(await divideLabelled(project, graph, work, flags.test, seed)),
  );
}
