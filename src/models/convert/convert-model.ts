/** Any model file to a `.tflite` file: imported, rewritten by the passes, quantized where that is asked for. */

import { unsupportedError, usageError } from '../../core/errors.ts';
import { counted } from '../../core/figure-text.ts';
import { given } from '../../core/given.ts';
import type { ModelType, WeightForm } from '../../core/model-type.ts';
import { elementCount, formatShape } from '../../core/tensor.ts';
import { checkRecordAxes, type RecordSource, recordLengthOf } from '../../data/records/records.ts';
import { type Graph, getValue } from '../../ir/graph.ts';
import { type CodedWeights, codeWeights } from '../../passes/coding/code-weights.ts';
import type { PassObserver } from '../../passes/pass.ts';
import type { Declared } from '../../passes/simulated/declared-scales.ts';
import type { DeclaredQuantization } from '../../passes/simulated/quantize-declared.ts';
import type { ScaleReport } from '../../passes/simulated/scale-report.ts';
import type { Int4Outcome } from '../quantize/int4/choose-int4.ts';
import type { Int4Wish } from '../quantize/int4/int4-wish.ts';
import { modelEnds } from '../run/model-ends.ts';
import { recordElements } from '../run/record-inputs.ts';
import type { WorkContext } from '../run/spread/spread-records.ts';
import type { StreamedGraph } from '../streaming/stream-graph.ts';
import type { StreamReport, streamReport } from '../streaming/stream-report.ts';
import { writeTflmModel } from '../tflm-model.ts';
import { writeDesktopModel } from './desktop-model.ts';
import type { Int4Report } from './int4-report.ts';
import { activationsOf, DEFAULT_FORM, finishInt8, isInt8, type LoweringOptions, lower } from './lower.ts';
import type { LutReport } from './lut-report.ts';
import { choosePaying, type LutWish, requireDecoding } from './lut-weights.ts';
import { type PassStep, recordSteps } from './pass-steps.ts';
import type { PlannedArenas, PlannedModel } from './write-planned.ts';

/** What a conversion may be asked for; everything has a default. */
export interface ConvertOptions extends Partial<Omit<LoweringOptions, 'keepsEnds'>> {
  /** Smaller, for TFLM and nothing else. */
  readonly tflmOnly?: boolean;
  /** Representative inputs, which float models need to become int8. */
  readonly calibration?: RecordSource;
  /** Plans the arena in the file, where that saves memory. */
  readonly plan?: 'offline';
  /** A float model with weights that are stored smaller, for TensorFlow Lite on desktops and phones: TFLM does not run it. */
  readonly weights?: WeightForm;
  /** Which weights of a model that becomes int8 get 4 bits. */
  readonly int4?: Int4Wish | undefined;
  /** Weights of few values become look-up tables, where that makes the file smaller: of all layers, or of these. */
  readonly lut?: LutWish;
  /** The network takes so many new rows of a stream at a time, and keeps what it needs of those before. */
  readonly streamRows?: number;
}

/** What a conversion gives. */
export interface ConvertedModel {
  /** The `.tflite` file. */
  readonly bytes: Uint8Array;
  /** The cost of the model as it was read, and after every pass. */
  readonly steps: readonly PassStep[];
  /** With `plan`: the arenas without the plan in the file and with it; absent where no plan saves memory. */
  readonly arenas?: PlannedArenas;
  /** Where the file had scales for int8: which of them the model has. */
  readonly scales?: ScaleReport;
  /** Where weights got 4 bits. */
  readonly int4?: Int4Report;
  /** With `lut`. */
  readonly lut?: LutReport;
  /** With `streamRows`. */
  readonly stream?: StreamReport;
}

/** Of the command line, for a model with these inputs. */
/** How samples for the inputs of a model are given. */
export function calibrationWords({ inputs, values }: Pick<Graph, 'inputs' | 'values'>): string {
  if (inputs.length === 1) return 'x.csv (or .npy, .json), one per row';
  return inputs.map((id, index) => `${getValue({ values }, id).name}=x_${index}.npy`).join(',');
}

/**
 * Throws `several-inputs`, `calibration-shape` and `record-axes` for samples that do not fit the inputs of a model. Those of
 * several inputs are one record (`inputRecords`).
 */
export function checkCalibration(graph: Graph, calibration: RecordSource): void {
  const { inputs } = modelEnds(graph);
  const [{ shape }] = inputs;
  if (inputs.length > 1) {
    if (recordLengthOf(calibration) === recordElements(inputs)) return;
    throw usageError(
      'several-inputs',
      `The model has ${counted(inputs.length, 'input')}, and calibration records of ${counted(recordLengthOf(calibration), 'value')} have not those of all of them`,
      `Give them with --calibration ${calibrationWords(graph)}.`,
    );
  }
  if (recordLengthOf(calibration) !== elementCount(shape)) {
    throw usageError(
      'calibration-shape',
      `A calibration record has ${counted(recordLengthOf(calibration), 'value')}, but the model's input ${formatShape(shape)} takes ${elementCount(shape)}`,
      'Give one sample per index of the first axis.',
    );
  }
  checkRecordAxes(calibration.shape, shape);
}

function requireCalibration(
  graph: Graph,
  calibration: RecordSource | undefined,
  type: ModelType = 'int8',
): RecordSource {
  if (calibration === undefined) {
    throw usageError(
      'no-calibration',
      `${type} needs samples of real input to calibrate with`,
      `Give them with --calibration ${calibrationWords(graph)}, or convert with --float.`,
    );
  }
  checkCalibration(graph, calibration);
  return calibration;
}

/** With the scales that the file has; samples make those that it does not have. */
async function quantizeOwn(
  declared: Declared,
  calibration: RecordSource | undefined,
  context: WorkContext,
  observe: PassObserver | undefined,
): Promise<DeclaredQuantization> {
  const { quantizeDeclared } = await import('../../passes/simulated/quantize-declared.ts');
  if (calibration === undefined) return quantizeDeclared(declared, undefined, observe);
  checkCalibration(declared.graph, calibration);
  const { calibrate } = await import('./calibrate.ts');
  const { ranges } = await calibrate(declared.graph, calibration, context);
  return quantizeDeclared(declared, ranges, observe);
}

function checkWeights(
  imported: Graph,
  { weights, type, tflmOnly = false, plan, lut, streamRows }: ConvertOptions,
): void {
  if (weights === undefined) return;
  const isForTflm = tflmOnly || [plan, lut, streamRows].some((asked) => asked !== undefined);
  if (type === 'int8' || type === 'int16x8' || isForTflm) {
    throw usageError(
      'not-for-tflm',
      `A model with ${weights} weights is float32 and not for TensorFlow Lite Micro: int8, a plan of its arena, look-up tables, rows of a stream, and a smaller file for it alone do not go with it`,
      'Ask for one of the two.',
    );
  }
  if (isInt8(imported)) {
    throw usageError(
      'already-int8',
      `The model is quantized already and cannot have ${weights} weights`,
      'Convert the float model that it was made of.',
    );
  }
}

/** Throws `no-stream-form` (unsupported). */
async function requireStreamed(window: Graph, rows: number): Promise<StreamedGraph> {
  const { streamGraph } = await import('../streaming/stream-graph.ts');
  const streamed = streamGraph(window, rows);
  if ('graph' in streamed) return streamed;
  throw unsupportedError(
    'no-stream-form',
    streamed.why,
    'Leave --stream-rows out, or train one input and layers without padding along time whose strides divide the new rows.',
  );
}

/** Nothing plans an arena that is not asked for, which would be a file of profiles more to load. */
async function writerOf(
  plan: ConvertOptions['plan'],
  tflmOnly: boolean,
): Promise<(graph: Graph) => PlannedModel> {
  if (plan === undefined) return (graph) => ({ model: writeTflmModel(graph, { tflmOnly }) });
  const { writePlanned } = await import('./write-planned.ts');
  return (graph) => writePlanned(graph, tflmOnly);
}

/** It compiles C, of which only this needs anything. */
async function streamCosts(...args: Parameters<typeof streamReport>): Promise<StreamReport> {
  const { streamReport } = await import('../streaming/stream-report.ts');
  return streamReport(...args);
}

/**
 * A model as it was read to a `.tflite` file: int8 with int8 inputs and outputs, for TensorFlow Lite Micro, where the
 * options say nothing else; a model that was int8 already keeps the inputs and outputs it had. Throws usage errors for options that do not fit the model, `unsupported` ones for what has
 * no int8 form. `observe` sees the graph as it was read, and after every pass.
 */
export async function convertModel(
  imported: Graph,
  options: ConvertOptions = {},
  context: WorkContext = {},
  observe: PassObserver = () => {},
): Promise<ConvertedModel> {
  checkWeights(imported, options);
  const {
    calibration,
    method = 'default',
    plan,
    tflmOnly = false,
    weights,
    int4,
    lut,
    streamRows,
    ...asked
  } = options;
  const recurrent = asked.recurrent === 'state-ends' ? asked.recurrent : 'unrolled';
  const desktop = { type: 'float', recurrent } as const;
  const lowering = weights === undefined ? asked : { ...asked, ...desktop };
  if (lut !== undefined) requireDecoding(asked.library ?? DEFAULT_FORM.library);
  const steps: PassStep[] = [];
  const record = recordSteps(steps);
  const form = { ...DEFAULT_FORM, method, without: [], ...given(lowering) };
  const activations = activationsOf(form);
  const quantization = { method, densePerChannel: form.densePerChannel, activations, ...given({ int4 }) };
  let outcome: Int4Outcome | undefined;
  let scales: ScaleReport | undefined;
  const window = await lower(
    imported,
    { ...form, keepsEnds: lowering.io === undefined },
    async (prepared, seen, declared) => {
      if (declared !== undefined && int4 === undefined) {
        const own = await quantizeOwn(declared, calibration, context, seen);
        scales = own.report;
        return own.int8;
      }
      const records = requireCalibration(prepared, calibration, form.type);
      // A sixth of all that conversions would load, most of which quantize nothing.
      const { quantizeGraph } = await import('../quantize/quantize-graph.ts');
      const made = await quantizeGraph(prepared, records, quantization, context, seen);
      outcome = made.int4;
      return made.int8;
    },
    (pass, after) => {
      record(pass, after);
      observe(pass, after);
    },
  );
  if (weights !== undefined) {
    return { bytes: writeDesktopModel(window, weights, form.densePerChannel), steps };
  }
  const streamed = streamRows === undefined ? undefined : await requireStreamed(window, streamRows);
  if (streamed !== undefined) {
    record('stream-in-columns', streamed.graph);
    observe('stream-in-columns', streamed.graph);
  }
  const graph = streamed?.graph ?? window;
  const write = await writerOf(plan, tflmOnly);
  const coded: CodedWeights =
    lut === undefined ? new Map() : choosePaying(graph, (of) => writeTflmModel(of, { tflmOnly }), lut);
  const { model, arenas } = write(codeWeights(graph, coded));
  const report =
    outcome === undefined
      ? undefined
      : (await import('./int4-report.ts')).int4Report(
          outcome,
          model,
          write(finishInt8(outcome.int8, form)).model,
        );
  const tables =
    lut === undefined
      ? undefined
      : (await import('./lut-report.ts')).lutReport(graph, coded, model, write(graph).model);
  const stream =
    streamed &&
    (await streamCosts(window, writeTflmModel(window, { tflmOnly }), streamed, write(graph).model));
  return { bytes: model, steps, ...given({ arenas, scales, int4: report, lut: tables, stream }) };
}
