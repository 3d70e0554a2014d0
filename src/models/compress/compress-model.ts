/** A float model through methods of compression, measured before them and after each. */

import { withAsyncErrorContext } from '../../core/errors.ts';
import { given } from '../../core/given.ts';
import type { Graph } from '../../ir/graph.ts';
import {
  type Compression,
  type CompressionName,
  decidesIntegers,
  runCompression,
} from '../../training/compress/index.ts';
import type { Compressed, Cost, Workshop } from '../../training/compress/method.ts';
import { codePaying } from '../convert/lut-weights.ts';
import { requireTrainedForm } from '../quantize/trained-integers.ts';
import type { WorkContext } from '../run/spread/spread-records.ts';
import type { Judge } from '../score/judge.ts';
import { writeTflmModel } from '../tflm-model.ts';
import { costOf, foretoldCost } from './cost.ts';
import { integersOf, type MeasuredForm } from './measured-form.ts';
import { settled } from './settled.ts';
import { withLayers } from './with-layers.ts';
import { readCompressed, type WrittenModel, writeCompressed } from './written-graph.ts';

/** A figure of both forms of a model; absent where the samples give none. */
export interface FormFigure {
  readonly float?: number;
  /** As the interpreter of its integers computes it, as TensorFlow Lite Micro does. */
  readonly converted?: number;
}

/** A model as it came, or behind a method. */
export interface CompressionStep {
  /** Absent for the model as it came. */
  readonly method?: CompressionName;
  /** What chooses. */
  readonly validation: FormFigure;
  /** What is reported, and chooses nothing; absent where there are no test samples. */
  readonly test?: FormFigure;
  /** Of the form of integers. */
  readonly cost: Cost;
}

/** What is measured, and on how many samples. */
export interface MeasuredFigure {
  /** `accuracy, %` */
  readonly title: string;
  readonly higherIsBetter: boolean;
  readonly samples: number;
}

/** What methods did, in figures. */
export interface CompressionTable {
  /** What the integers are: `int8`. */
  readonly type: MeasuredForm['type'];
  /** The build whose arena it is. */
  readonly target: MeasuredForm['target'];
  readonly validation: MeasuredFigure;
  readonly test?: MeasuredFigure;
  readonly steps: readonly CompressionStep[];
}

/** Samples with the judge that knows what is true of them. */
export interface JudgedSamples {
  readonly judge: Judge;
  readonly samples: number;
}

/** What is to be compressed, how, and what judges it. */
export interface CompressionJob {
  /** Simplified float32. */
  readonly graph: Graph;
  readonly methods: readonly Compression[];
  readonly workshop: Omit<Workshop, 'cost'>;
  readonly form: MeasuredForm;
  readonly validation: JudgedSamples;
  readonly test?: JudgedSamples | undefined;
}

/** What comes of it. */
export interface CompressedModel {
  /** As it is written: with operators for layers that were trained step by step. */
  readonly model: Compressed;
  /** Of the model: of `COMPRESSED_FILES`. */
  readonly files: Readonly<Record<string, Uint8Array | string>>;
  /** The integers that were measured last. */
  readonly integers: Graph;
  readonly table: CompressionTable;
  /** Whether it was stopped: the method that ran kept its best, those behind it did not run. */
  readonly interrupted: boolean;
}

/** As it is written, and read again: what is measured is what later stages start from. */
function throughFiles(model: Compressed): Pick<CompressedModel, 'files'> & { readonly read: WrittenModel } {
  const files = writeCompressed(model);
  const read = readCompressed((file) => {
    const content = files[file];
    return typeof content === 'string' ? new TextEncoder().encode(content) : content;
  });
  return { files, read };
}

/** Of the file as `convert` writes it. */
function writtenCost(integers: Graph, { lut, library, target, note }: MeasuredForm): Cost {
  const write = (graph: Graph): Uint8Array => writeTflmModel(graph, { note });
  return costOf(lut ? codePaying(integers, library, write) : integers, target, note);
}

interface Measured {
  readonly step: CompressionStep;
  readonly files: CompressedModel['files'];
  readonly integers: Graph;
}

/** What was computed before an interruption is measured all the same. */
async function measure(
  { form, validation, test }: CompressionJob,
  model: Compressed,
  method: CompressionName | undefined,
  { threads }: WorkContext,
): Promise<Measured> {
  const { files, read } = throughFiles(model);
  const integers = await integersOf(read, form, { threads });
  const figure = async ({ judge }: JudgedSamples): Promise<FormFigure> =>
    given({ float: await judge.of(read.graph), converted: await judge.of(integers) });
  const step = {
    ...given({ method }),
    validation: await figure(validation),
    ...(test === undefined ? {} : { test: await figure(test) }),
    cost: writtenCost(integers, form),
  };
  return { step, files, integers };
}

function figureOf({ judge: { title, higherIsBetter }, samples }: JudgedSamples): MeasuredFigure {
  return { title, higherIsBetter, samples };
}

/**
 * Runs the methods in their order. Throws their usage errors, with the place of the method in front, and what the conversion
 * of what they made throws. An aborted signal ends the method that runs, which keeps its best, and leaves out the others.
 */
export async function compressModel(job: CompressionJob, context: WorkContext): Promise<CompressedModel> {
  const { form, methods, workshop, validation, test } = job;
  const { signal, report } = workshop;
  if (decidesIntegers(methods)) requireTrainedForm(form);
  const written = (model: Compressed): Compressed => withLayers(model, form.library);
  const lent: Workshop = {
    ...workshop,
    cost: (graph) => foretoldCost(written({ graph, keeps: new Map() }).graph, form),
  };
  let model: Compressed = { graph: job.graph, keeps: new Map() };
  let measured = await measure(job, written(model), undefined, context);
  const steps = [measured.step];
  for (const [place, options] of methods.entries()) {
    if (signal.aborted) break;
    report.step(`${options.method} (${place + 1} of ${methods.length})`);
    model = settled(await withAsyncErrorContext(options.method, () => runCompression(model, options, lent)));
    measured = await measure(job, written(model), options.method, context);
    steps.push(measured.step);
  }
  return {
    model: written(model),
    files: measured.files,
    integers: measured.integers,
    table: {
      type: form.type,
      target: form.target,
      validation: figureOf(validation),
      ...(test === undefined ? {} : { test: figureOf(test) }),
      steps,
    },
    interrupted: signal.aborted,
  };
}
