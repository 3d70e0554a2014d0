/** What may be done for a network, the cheapest first, and what each of them really brings. */

import { attemptAsync, interruptedError, unsupportedError } from '../../core/errors.ts';
import { given } from '../../core/given.ts';
import type { EndType } from '../../core/model-type.ts';
import { nextTurn } from '../../core/next-turn.ts';
import type { RecordSource } from '../../data/records/records.ts';
import { readOutline } from '../../formats/tflite/read-outline.ts';
import type { Graph } from '../../ir/graph.ts';
import { graphCost } from '../../ir/graph-cost.ts';
import type { WithKept } from '../../passes/quantize/rounding/kept-weights.ts';
import type { Target } from '../../planner/target.ts';
import type { Library } from '../../targets/tflm/operators.ts';
import { arenaFigure } from '../check/footprint.ts';
import { finishInt8 } from '../convert/lower.ts';
import { spacedRecords } from '../quantize/held-records.ts';
import { recordNoise, recordSignal } from '../quantize/int8-noise.ts';
import {
  METHOD_NAMES,
  type MethodName,
  methodsOf,
  RECIPE_NAMES,
  RECIPES,
  type Recipe,
  rivalry,
} from '../quantize/method-names.ts';
import { type QuantizationForm, quantizeGraph } from '../quantize/quantize-graph.ts';
import type { WorkContext } from '../run/spread/spread-records.ts';
import type { Judge, OutputsJudge } from '../score/judge.ts';
import { writeTflmModel } from '../tflm-model.ts';
import { decibelsOf, totalNoise } from './decibels.ts';

/** A way to quantize a network. */
export interface Cure extends QuantizationForm {
  /** Its kind, in the order of cost: words of a command, single methods, and what makes the model larger or calibration longer. */
  readonly kind:
    | 'now'
    | 'recipe'
    | 'method alone'
    | 'method added'
    | 'method left out'
    | 'dense per channel'
    | 'more samples'
    | 'int16 layer'
    | 'int16x8';
  /** As it is listed: `default without headroom`. */
  readonly name: string;
  /** Records that calibrate it. */
  readonly samples: number;
}

/** A cure that was tried. */
export interface TriedCure extends Cure {
  /** Signal to noise on held-out records, in dB; absent where there is no noise. */
  readonly sqnrDb?: number;
  /** The same of every second of them, and of the others. */
  readonly halvesDb: readonly [number | undefined, number | undefined];
  /** What the task says. */
  readonly metric?: number;
  /** The same of each output, where there are several; null where an output has no score. */
  readonly metrics?: readonly (number | null)[];
  readonly bytes: number;
  readonly arenaBytes: number;
  /** Whether some operator's memory is not known, so that the arena is "at least". */
  readonly arenaAtLeast: boolean;
  readonly seconds: number;
}

/** Whether int16 activations are a part of it: they take twice the memory, and not every library has them. */
export function isWide({ kind }: Cure): boolean {
  return kind === 'int16x8' || kind === 'int16 layer';
}

/** One that has no int8 form, and why. */
export interface RefusedCure extends Cure {
  readonly refusal: string;
}

/** How what is written in the end is made, and of what. */
export interface Patient extends WithKept {
  /** The float32 graph that a recipe calibrates. */
  prepare(method: Recipe): Graph;
  readonly calibration: RecordSource;
  /** Further records that could calibrate, with those of `calibration`; absent where there are none. */
  readonly more?: RecordSource;
  /** No record of it calibrates. */
  readonly held: RecordSource;
  /** How it is quantized today. */
  readonly now: QuantizationForm;
  readonly io: EndType;
  readonly library: Library;
  readonly arenaTarget: Target;
  readonly judge?: Judge;
  /** In its place, of several outputs. */
  readonly outputsJudge?: OutputsJudge;
}

/** Multiply-accumulates of held-out records that one cure may take. */
const MOST_MACS = 4e9;
const LEAST_RECORDS = 16;
const MOST_RECORDS = 512;

/** As the command line takes it. */
export function recipeText(recipe: Recipe): string {
  return typeof recipe === 'string' ? recipe : recipe.join(',');
}

/** Whether the default recipe would do something else with it: compensated rounding corrects biases by itself. */
function isAddition(name: MethodName): boolean {
  const methods: readonly MethodName[] = RECIPES.default;
  return !methods.includes(name) && name !== 'bias-correction' && rivalry([...methods, name]) === undefined;
}

/** What the diagnosis makes worth a try. */
export interface Hopes {
  /** Calibration does not hold for records that it has not seen. */
  readonly moreSamples: boolean;
  /** The layer that gains most by an output of int16, by its name. */
  readonly wideLayer: string | undefined;
}

/** The cures of a patient, the cheapest first. */
export function curesFor(patient: Patient, { moreSamples, wideLayer }: Hopes): readonly Cure[] {
  const { now, calibration, more } = patient;
  const { densePerChannel } = now;
  const samples = calibration.count;
  const form = (kind: Cure['kind'], name: string, method: Recipe): Cure => ({
    ...now,
    kind,
    name,
    method,
    samples,
  });
  const cures: Cure[] = [
    form('now', recipeText(now.method), now.method),
    ...RECIPE_NAMES.toSorted((a, b) => RECIPES[a].length - RECIPES[b].length).map((name) =>
      form('recipe', name, name),
    ),
    ...METHOD_NAMES.map((name) => form('method alone', name, [name])),
    ...METHOD_NAMES.filter(isAddition).map((name) =>
      form('method added', `default with ${name}`, [...RECIPES.default, name]),
    ),
    ...RECIPES.default.map((name) =>
      form(
        'method left out',
        `default without ${name}`,
        RECIPES.default.filter((method) => method !== name),
      ),
    ),
  ];
  if (!densePerChannel && patient.prepare('default').nodes.some(({ kind }) => kind === 'fully_connected')) {
    cures.push({ ...form('dense per channel', 'default', 'default'), densePerChannel: true });
  }
  if (more !== undefined && moreSamples) {
    cures.push({ ...form('more samples', recipeText(now.method), now.method), samples: more.count });
  }
  if ((now.activations ?? 'int8') === 'int8') {
    if (wideLayer !== undefined) {
      cures.push({ ...form('int16 layer', wideLayer, 'default'), activations: { int16Layers: [wideLayer] } });
    }
    cures.push({ ...form('int16x8', 'default', 'default'), activations: 'int16' });
  }
  const key = ({ method, densePerChannel: dense, samples: count, activations }: Cure): string =>
    JSON.stringify([
      method === 'default' ? method : [...methodsOf(method)].sort(),
      dense,
      count,
      activations,
    ]);
  const known = new Set<string>();
  return cures.filter((cure) => !known.has(key(cure)) && known.add(key(cure)));
}

/** Records that measure, and what today's form has there in float32: forms may differ in what a softmax does not see. */
interface Yardstick {
  readonly held: RecordSource;
  readonly signal: Float64Array;
}

function yardstickOf({ prepare, now, held: all }: Patient): Yardstick {
  const float = prepare(now.method);
  const affordable = Math.floor(MOST_MACS / (2 * Math.max(1, graphCost(float).macs)));
  const held = spacedRecords(all, Math.max(LEAST_RECORDS, Math.min(MOST_RECORDS, affordable)));
  return { held, signal: recordSignal(float, held) };
}

async function tryCure(
  patient: Patient,
  cure: Cure,
  { held, signal }: Yardstick,
  context: WorkContext,
): Promise<TriedCure> {
  const { calibration, more, io, library, arenaTarget, judge, outputsJudge, kept } = patient;
  const records = cure.kind === 'more samples' && more !== undefined ? more : calibration;
  const started = performance.now();
  const { int8, calibrated } = await quantizeGraph(
    patient.prepare(cure.method),
    records,
    { ...cure, ...given({ kept }) },
    context,
  );
  const graph = finishInt8(int8, { io, library, without: [] });
  const bytes = writeTflmModel(graph);
  const seconds = (performance.now() - started) / 1000;
  const { noise } = recordNoise(calibrated.graph, int8, held);
  const half = (first: 0 | 1): number | undefined =>
    decibelsOf(
      totalNoise({
        signal: signal.filter((_, index) => index % 2 === first),
        noise: noise.filter((_, index) => index % 2 === first),
      }),
    );
  const arena = arenaFigure({ bytes, outline: readOutline(bytes).outline }, arenaTarget);
  if (arena.value === undefined)
    throw unsupportedError('unknown-cost', `Its memory cannot be told: ${arena.doubt}`);
  const scores = await outputsJudge?.of(graph);
  return {
    ...cure,
    ...given({
      sqnrDb: decibelsOf(totalNoise({ signal, noise })),
      metric: await judge?.of(graph),
      metrics: scores?.map((score) => score ?? null),
    }),
    halvesDb: [half(0), half(1)],
    bytes: bytes.length,
    arenaBytes: arena.value,
    arenaAtLeast: arena.doubt !== undefined,
    seconds,
  };
}

/** Quantizes with each, and measures on held-out records. Throws `interrupted` between two of them. */
export async function tryCures(
  patient: Patient,
  cures: readonly Cure[],
  context: WorkContext,
): Promise<readonly (TriedCure | RefusedCure)[]> {
  const yardstick = yardstickOf(patient);
  const tried: (TriedCure | RefusedCure)[] = [];
  for (const [index, cure] of cures.entries()) {
    await nextTurn();
    if (context.signal?.aborted === true) {
      throw interruptedError('interrupted', `Stopped after ${index} of ${cures.length} cures`);
    }
    context.report?.step(`try ${cure.kind}, ${cure.name} (${index + 1} of ${cures.length})`);
    // What each of them says of its steps would drown the list of them.
    const { report: _, ...quiet } = context;
    const attempted = await attemptAsync(() => tryCure(patient, cure, yardstick, quiet));
    tried.push('value' in attempted ? attempted.value : { ...cure, refusal: attempted.refusal });
  }
  return tried;
}
