/**
 * The one road from a graph as it was read to the graph that is written:
 *
 *     float ── simplify ──▶ ── prepare ──▶ calibrate ──▶ quantize ──▶ int8 ── finish ──▶
 *     int8  ────────────────── for the library ─────────────────────────────▶
 *
 * A float graph whose file has scales for int8 is simplified and quantized with those, and neither prepared nor calibrated.
 *
 * `lower` runs all of it; a project's stages run its segments one by one. `passes/pipelines.ts` has the order of the
 * passes, and why.
 */

import { usageError } from '../../core/errors.ts';
import type { EndType, IntegerModelType, ModelType } from '../../core/model-type.ts';
import { type DType, isQuantizedDType } from '../../core/tensor.ts';
import type { Graph } from '../../ir/graph.ts';
import { dropReshapes } from '../../passes/drop-reshapes.ts';
import { floatIo } from '../../passes/ends/float-io.ts';
import { int8Io } from '../../passes/ends/int8-io.ts';
import { statesAsEnds } from '../../passes/ends/states-as-ends.ts';
import { type Pass, type PassObserver, runPasses } from '../../passes/pass.ts';
import {
  arduinoFloatPasses,
  arduinoInt8Passes,
  arduinoPasses,
  chiraleInt8Passes,
  chiralePasses,
  floatPasses,
  int8Passes,
  preparingPasses,
} from '../../passes/pipelines.ts';
import type { TypeChoice } from '../../passes/quantize/types/activation-types.ts';
import { type Declared, declaredScales, hasDeclaredScales } from '../../passes/simulated/declared-scales.ts';
import type { Library } from '../../targets/tflm/operators.ts';
import { passesLeftOut, type Recipe } from '../quantize/method-names.ts';
import { type RecurrentWish, recurrentForm } from './recurrent-form.ts';
import type { RecurrentForm } from './recurrent-names.ts';
import { unrollLstm } from './unroll-lstm.ts';

/** What decides the int8 form of a model, or the int16x8 form. */
export interface Int8Form {
  /** int8 where nothing is said. */
  readonly type?: IntegerModelType;
  /** Layers of an int8 model that compute in int16. */
  readonly int16?: readonly string[];
  readonly io: EndType;
  readonly densePerChannel: boolean;
  /** How float32 becomes int8: `default` where nothing is said. */
  readonly method?: Recipe;
  /** What will run it. */
  readonly library: Library;
  /** How layers of LSTM are computed: what takes fewer bytes where nothing is said. */
  readonly recurrent?: RecurrentForm | undefined;
}

/** What a model becomes where nobody asks for another form. */
export const DEFAULT_FORM: Int8Form = { io: 'int8', densePerChannel: false, library: 'tflm' };

/** The form, and the way there. */
export interface LoweringOptions extends Omit<Int8Form, 'type'> {
  /** Without it the result is int8, or what the model is already. */
  readonly type?: ModelType;
  /** Names of passes to leave out. */
  readonly without: readonly string[];
  /** An int8 model keeps the inputs and outputs that it was read with, whatever `io` says. */
  readonly keepsEnds?: boolean;
}

/** What its activations become. */
export function activationsOf({ type, int16 }: Pick<LoweringOptions, 'type' | 'int16'>): TypeChoice {
  if (type === 'int16x8') return 'int16';
  return int16 === undefined || int16.length === 0 ? 'int8' : { int16Layers: int16 };
}

/**
 * A prepared float32 graph to integers, by samples of real input or numbers that stand for them. `declared`: the same graph with
 * the scales that its file has for int8, if it has any and nothing else is asked for.
 */
export type Quantizer = (
  prepared: Graph,
  observe: PassObserver | undefined,
  declared?: Declared,
) => Graph | Promise<Graph>;

type Without = Pick<LoweringOptions, 'without' | 'method'>;
type Simplification = Without & RecurrentWish;
const EVERYTHING: Without = { without: [] };

/** The passes that can be left out; some run twice. */
const PASS_NAMES: readonly string[] = [
  ...new Set(
    [...floatPasses, ...chiralePasses, ...preparingPasses, ...chiraleInt8Passes, ...int8Passes].map(
      ({ name }) => name,
    ),
  ),
];

function selected(passes: readonly Pass[], { without, method = 'default' }: Without): readonly Pass[] {
  const leftOut = [...without, ...passesLeftOut(method)];
  return passes.filter(({ name }) => !leftOut.includes(name));
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
 * without a scale among float32, as a CAST makes them, are plain numbers; nor is it integers where numbers are rounded to such only,
 * and everything is computed in float32.
 */
export function isInt8(graph: Graph): boolean {
  if (hasDeclaredScales(graph)) return false;
  const types = [...graph.values.values()].filter(({ data }) => data === undefined).map(({ type }) => type);
  return (
    types.some(({ dtype, quant }) => isQuantizedDType(dtype) && quant !== undefined) ||
    !types.some(({ dtype }) => dtype === 'float32')
  );
}

/** Whether the model becomes int8 with the scales that its file has. */
export function keepsOwnScales(imported: Graph, options: Pick<LoweringOptions, 'type' | 'int16'>): boolean {
  const { type = 'int8' } = options;
  return type === 'int8' && activationsOf(options) === 'int8' && hasDeclaredScales(imported);
}

/** A model with activations of int8 and of int16 is an int8 one. */
export function modelTypeOf(graph: Graph): ModelType {
  if (!isInt8(graph)) return 'float';
  const quantized = [...graph.values.values()].filter(
    ({ data, state, type }) => data === undefined && state === undefined && type.quant !== undefined,
  );
  const has = (dtype: DType): boolean => quantized.some(({ type }) => type.dtype === dtype);
  return has('int16') && !has('int8') ? 'int16x8' : 'int8';
}

/** Before all others. */
const PASSES_OF_FORM: Readonly<Record<RecurrentForm, readonly Pass[]>> = {
  fused: [],
  unrolled: [unrollLstm],
  'state-ends': [unrollLstm],
};

/** Calibration and rounding know of states, so that they become ends when all else is done. */
function endsOfForm({ recurrent }: Pick<LoweringOptions, 'recurrent'>): readonly Pass[] {
  return recurrent === 'state-ends' ? [statesAsEnds] : [];
}

/** An imported float32 graph to the one that is written with `--float`, in which nothing is rounded, with its states as states. */
export function simplifyFloat(
  imported: Graph,
  options: Simplification = EVERYTHING,
  observe?: PassObserver,
): Graph {
  const graph = hasDeclaredScales(imported) ? declaredScales(imported).graph : imported;
  const passes = selected(floatPasses, options);
  const simplified = (form: RecurrentForm, told?: PassObserver): Graph =>
    runPasses(graph, [...PASSES_OF_FORM[form], ...passes], told);
  return simplified(recurrentForm(graph, options, simplified), observe);
}

const PASSES_OF_LIBRARY: Readonly<Record<Library, readonly Pass[]>> = {
  tflm: [],
  'arduino-tflm': arduinoPasses,
  chirale: chiralePasses,
};

const INT8_PASSES_OF_LIBRARY: Readonly<Record<Library, readonly Pass[]>> = {
  tflm: [],
  'arduino-tflm': arduinoInt8Passes,
  chirale: chiraleInt8Passes,
};

const FLOAT_PASSES_OF_LIBRARY: Readonly<Record<Library, readonly Pass[]>> = {
  tflm: [],
  'arduino-tflm': arduinoFloatPasses,
  chirale: arduinoFloatPasses,
};

/** What a library computes exactly in place of what it does not. */
export function forLibrary(
  graph: Graph,
  { library, without }: Pick<LoweringOptions, 'library' | 'without'>,
  observe?: PassObserver,
): Graph {
  return runPasses(graph, selected(PASSES_OF_LIBRARY[library], { without }), observe);
}

/** A simplified float32 graph to the one that is calibrated. */
export function prepareForInt8(
  float: Graph,
  options: Pick<LoweringOptions, 'library' | 'without' | 'method'>,
  observe?: PassObserver,
): Graph {
  return runPasses(forLibrary(float, options, observe), selected(preparingPasses, options), observe);
}

/** A simplified float32 graph to the one that is written with `--float`. */
export function finishFloat(
  float: Graph,
  { library, without, recurrent }: Pick<LoweringOptions, 'library' | 'without' | 'recurrent'>,
  observe?: PassObserver,
): Graph {
  const passes = selected(FLOAT_PASSES_OF_LIBRARY[library], { without });
  return runPasses(float, [...passes, ...endsOfForm({ recurrent })], observe);
}

/** An int8 graph, quantized here or read from a file, to the one that is written. */
export function finishInt8(
  int8: Graph,
  { io, library, without, recurrent }: Pick<LoweringOptions, 'io' | 'library' | 'without' | 'recurrent'>,
  observe?: PassObserver,
): Graph {
  const passes = [...INT8_PASSES_OF_LIBRARY[library], ...int8Passes];
  const ends = [...endsOfForm({ recurrent }), ...(io === 'float' ? [floatIo] : [])];
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
  if (keepsOwnScales(imported, options)) {
    const passes = selected(floatPasses, options);
    // Once more, since rounding moves past what was fused, and nothing stands between others then.
    const simplified = (form: RecurrentForm, told?: PassObserver): Graph =>
      runPasses(imported, [...PASSES_OF_FORM[form], ...passes, ...passes], told);
    const rounded = simplified(recurrentForm(imported, options, simplified), observe);
    const apart = declaredScales(rounded);
    // The values that have scales stay, those between two reshapes too.
    const without = [...options.without, dropReshapes.name];
    const declared = { ...apart, graph: forLibrary(apart.graph, { ...options, without }, observe) };
    return quantize(declared.graph, observe, declared);
  }
  const prepared = prepareForInt8(simplifyFloat(imported, options, observe), options, observe);
  return quantize(prepared, observe);
}

/** Scales are made of samples and float32 weights, which a file of integers has no more. */
function checkType(imported: Graph, type: ModelType | undefined): void {
  const own = modelTypeOf(imported);
  if (own === 'float' || type === undefined || type === 'int8' || type === own) return;
  throw usageError(
    own === 'int8' ? 'already-int8' : 'already-int16x8',
    `The model is ${own} already and cannot be made ${type}${type === 'float' ? ' again' : ''}`,
    `Leave --${type} out${type === 'float' ? '' : ', or convert the float model that it was made of'}.`,
  );
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
  checkType(imported, options.type);
  observe?.('imported', imported);
  if (options.type !== 'float') {
    return finishInt8(await toInt8(imported, options, quantize, observe), options, observe);
  }
  return finishFloat(simplifyFloat(imported, options, observe), options, observe);
}
