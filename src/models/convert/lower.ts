/**
 * The one road from a graph as it was read to the graph that is written:
 *
 *     float ── simplify ──▶ ── prepare ──▶ calibrate ──▶ quantize ──▶ int8 ── finish ──▶
 *     int8  ────────────────── for the library ─────────────────────────────▶
 *
 * `lower` runs all of it; a project's stages run its segments one by one. `passes/pipelines.ts` has the order of the
 * passes, and why.
 */

import { usageError } from '../../core/errors.ts';
import type { ModelType } from '../../core/model-type.ts';
import { isQuantizedDType } from '../../core/tensor.ts';
import type { Graph } from '../../ir/graph.ts';
import { floatIo } from '../../passes/float-io.ts';
import { int8Io } from '../../passes/int8-io.ts';
import { type Pass, type PassObserver, runPasses } from '../../passes/pass.ts';
import {
  arduinoInt8Passes,
  arduinoPasses,
  floatPasses,
  int8Passes,
  preparingPasses,
} from '../../passes/pipelines.ts';
import type { Library } from '../../targets/tflm/operators.ts';
import type { Recipe } from '../quantize/method-names.ts';

/** What decides the int8 form of a model. */
export interface Int8Form {
  readonly io: ModelType;
  readonly densePerChannel: boolean;
  /** How float32 becomes int8: `default` where nothing is said. */
  readonly method?: Recipe;
  /** What will run it. */
  readonly library: Library;
}

/** What a model becomes where nobody asks for another form. */
export const DEFAULT_FORM: Int8Form = { io: 'int8', densePerChannel: false, library: 'tflm' };

/** The form, and the way there. */
export interface LoweringOptions extends Int8Form {
  /** Without it the result is int8. */
  readonly type?: ModelType;
  /** Names of passes to leave out. */
  readonly without: readonly string[];
  /** An int8 model keeps the inputs and outputs that it was read with, whatever `io` says. */
  readonly keepsEnds?: boolean;
}

/** A prepared float32 graph to int8, by samples of real input or numbers that stand for them. */
export type Quantizer = (prepared: Graph, observe: PassObserver | undefined) => Graph | Promise<Graph>;

type Without = Pick<LoweringOptions, 'without'>;
const EVERYTHING: Without = { without: [] };

/** The passes that can be left out; some run twice. */
const PASS_NAMES: readonly string[] = [
  ...new Set(
    [...floatPasses, ...arduinoPasses, ...preparingPasses, ...arduinoInt8Passes, ...int8Passes].map(
      ({ name }) => name,
    ),
  ),
];

function selected(passes: readonly Pass[], { without }: Without): readonly Pass[] {
  return passes.filter(({ name }) => !without.includes(name));
}

function checkPassNames({ without }: Without): void {
  const unknown = without.find((name) => !PASS_NAMES.includes(name));
  if (unknown === undefined) return;
  throw usageError(
    'unknown-pass',
    `There is no pass "${unknown}"`,
    `The passes are ${PASS_NAMES.join(', ')}.`,
  );
}

/**
 * Whether the graph is integers already: it computes with quantized int8 or int16, or has no real numbers at all. Integers
 * without a scale among float32, as a CAST makes them, are plain numbers.
 */
export function isInt8(graph: Graph): boolean {
  const types = [...graph.values.values()].filter(({ data }) => data === undefined).map(({ type }) => type);
  return (
    types.some(({ dtype, quant }) => isQuantizedDType(dtype) && quant !== undefined) ||
    !types.some(({ dtype }) => dtype === 'float32')
  );
}

/** An imported float32 graph to the one that is written with `--float`. */
export function simplifyFloat(imported: Graph, options: Without = EVERYTHING, observe?: PassObserver): Graph {
  return runPasses(imported, selected(floatPasses, options), observe);
}

/** What a library computes exactly in place of what it does not. */
export function forLibrary(
  graph: Graph,
  { library, without }: Pick<LoweringOptions, 'library' | 'without'>,
  observe?: PassObserver,
): Graph {
  return library === 'tflm' ? graph : runPasses(graph, selected(arduinoPasses, { without }), observe);
}

/** A simplified float32 graph to the one that is calibrated. */
export function prepareForInt8(
  float: Graph,
  options: Pick<LoweringOptions, 'library' | 'without'>,
  observe?: PassObserver,
): Graph {
  return runPasses(forLibrary(float, options, observe), selected(preparingPasses, options), observe);
}

/** An int8 graph, quantized here or read from a file, to the one that is written. */
export function finishInt8(
  int8: Graph,
  { io, library, without }: Pick<LoweringOptions, 'io' | 'library' | 'without'>,
  observe?: PassObserver,
): Graph {
  const passes = library === 'tflm' ? int8Passes : [...arduinoInt8Passes, ...int8Passes];
  const ends = io === 'float' ? [floatIo] : [];
  return runPasses(int8, [...selected(passes, { without }), ...ends], observe);
}

async function toInt8(
  imported: Graph,
  options: LoweringOptions,
  quantize: Quantizer,
  observe: PassObserver | undefined,
): Promise<Graph> {
  if (isInt8(imported)) {
    const graph = options.keepsEnds === true ? imported : runPasses(imported, [int8Io], observe);
    return forLibrary(graph, options, observe);
  }
  const prepared = prepareForInt8(simplifyFloat(imported, options, observe), options, observe);
  return quantize(prepared, observe);
}

/**
 * The graph to write. Throws usage errors for options that do not fit it, `unsupported` ones for what has no int8 form,
 * and whatever `quantize` throws.
 */
export async function lower(
  imported: Graph,
  options: LoweringOptions,
  quantize: Quantizer,
  observe?: PassObserver,
): Promise<Graph> {
  checkPassNames(options);
  observe?.('imported', imported);
  if (options.type !== 'float') {
    return finishInt8(await toInt8(imported, options, quantize, observe), options, observe);
  }
  if (!isInt8(imported)) return simplifyFloat(imported, options, observe);
  throw usageError(
    'already-int8',
    'The model is int8 already and cannot be made float again',
    'Leave --float out.',
  );
}
