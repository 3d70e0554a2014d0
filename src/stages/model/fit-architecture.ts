/** A form of an architecture as wide as limits of memory allow, found before training by the exact planner. */

import { attempt, mismatchError, unsupportedError } from '../../core/errors.ts';
import type { NamedWeight } from '../../core/float-model.ts';
import { given } from '../../core/given.ts';
import type { JsonObject } from '../../core/json.ts';
import type { ModelType } from '../../core/model-type.ts';
import { createRandom } from '../../core/random.ts';
import type { Reporter } from '../../core/reporter.ts';
import { elementCount, type Shape } from '../../core/tensor.ts';
import { importKeras } from '../../formats/keras/import.ts';
import type { WriteOptions } from '../../formats/tflite/write.ts';
import type { Figure } from '../../models/check/figure.ts';
import { measureModel } from '../../models/check/measure-model.ts';
import { type Int8Form, simplifyFloat } from '../../models/convert/lower.ts';
import { foretellInt8 } from '../../models/inspect/foretell-int8.ts';
import { writeTflmModel } from '../../models/tflm-model.ts';
import { dropDeadChannels } from '../../passes/drop-constant-channels.ts';
import type { Target } from '../../planner/target.ts';
import type { NetworkOutput } from '../../training/architectures/architecture.ts';
import { type ArchitectureSpec, expandArchitecture } from '../../training/architectures/index.ts';
import { createInitialWeights } from '../../training/initial-weights.ts';
import { type ModelSpec, toTopology } from '../../training/model-spec.ts';
import { readTopology } from '../../training/topology.ts';

/** In bytes, as those of `check`: `flash` of the model array, `ram` of the arena and the objects of the runtime. */
export interface FitLimits {
  readonly flash?: number | undefined;
  readonly ram?: number | undefined;
}

/** What the figures are those of: the file that will be written, on what will run it. */
export interface FittedForm extends Omit<Int8Form, 'type'> {
  readonly type: ModelType;
  readonly target: Target;
  /** Metadata of the file, which lie in flash as well. */
  readonly note?: WriteOptions['note'];
}

export interface FittedArchitecture {
  readonly layers: ModelSpec;
  /** What units and filters are multiplied by. */
  readonly width: number;
  /** Foretold: training may prove channels constant, and numbers that are equal are stored once. */
  readonly flash: number;
  readonly ram: number;
}

/** Widths are sixteenths. */
const STEPS = 16;
const WIDEST = 16 * STEPS;
/** Wider networks are not tried: no microcontroller holds them, and each would take seconds. */
const MOST_WEIGHTS = 4_000_000;

/** A width that was tried; one with too many weights has no figures. */
type Trial = { readonly steps: number } & (
  | { readonly layers: ModelSpec; readonly flash: Figure; readonly ram: Figure }
  | { readonly tooLarge: true }
);
type Measured = Exclude<Trial, { readonly tooLarge: true }>;

/** What only weights prove, training has yet to decide. */
const WITHOUT: readonly string[] = [dropDeadChannels.name];

/** As before training, but no two biases alike: of constants that are equal a file has one. */
function distinctWeights(topology: JsonObject): NamedWeight[] {
  const random = createRandom(1, 'weights of a fit');
  return createInitialWeights(topology, 1).map((weight) => ({
    ...weight,
    data: weight.data.map((value) => value + 0.01 * random.normal()),
  }));
}

/** More weights than any microcontroller holds, or than memory here has room for. */
export function isTooLarge(topology: JsonObject): boolean {
  const read = attempt(() => readTopology(topology));
  if ('refusal' in read) return true;
  const weights = read.value.flatMap((layer) => layer.weights);
  return weights.reduce((sum, { shape }) => sum + elementCount(shape), 0) > MOST_WEIGHTS;
}

/** The file that an untrained network becomes. */
export async function foretoldFile(topology: JsonObject, form: FittedForm): Promise<Uint8Array> {
  const graph = importKeras({ topology, weights: distinctWeights(topology) });
  const { type, ...integers } = form;
  if (type === 'float') {
    return writeTflmModel(
      simplifyFloat(graph, { library: form.library, without: WITHOUT }),
      given({ note: form.note }),
    );
  }
  return (await foretellInt8(graph, { ...integers, type, without: WITHOUT })).bytes;
}

const LIMIT_NAMES = { flash: 'flash', ram: 'RAM' } as const;

const grouped = (value: number): string => value.toLocaleString('en-US');

/** `7,032 bytes of flash and 3,204 of RAM`, of those that are limited. */
function figures({ flash, ram }: Measured, limits: FitLimits): string {
  const parts = [
    ...(limits.flash === undefined ? [] : [`${grouped(flash.value as number)} bytes of flash`]),
    ...(limits.ram === undefined ? [] : [`${grouped(ram.value as number)} bytes of RAM`]),
  ];
  return parts.join(' and ');
}

function limitsText({ flash, ram }: FitLimits): string {
  return [
    ...(flash === undefined ? [] : [`${grouped(flash)} of flash`]),
    ...(ram === undefined ? [] : [`${grouped(ram)} of RAM`]),
  ].join(' and ');
}

/** Throws where a figure that is limited is not exactly known. */
function checkKnown(measured: Measured, limits: FitLimits): void {
  for (const name of ['flash', 'ram'] as const) {
    const { doubt } = measured[name];
    const limit = limits[name];
    if (limit === undefined || doubt === undefined) continue;
    throw unsupportedError(
      'fit-not-known',
      `It cannot be said which width fits into ${grouped(limit)} bytes of ${LIMIT_NAMES[name]}: ${doubt}`,
      `Leave "${name}" out of "fit", and "fit" out of the project if nothing is left in it.`,
    );
  }
}

function fits(trial: Trial, { flash = Infinity, ram = Infinity }: FitLimits): trial is Measured {
  if ('tooLarge' in trial) return false;
  return (trial.flash.value ?? 0) <= flash && (trial.ram.value ?? 0) <= ram;
}

function refuse(name: string, smallest: Trial, limits: FitLimits): Error {
  const taken =
    'tooLarge' in smallest
      ? `has more than ${grouped(MOST_WEIGHTS)} weights`
      : `would take ${figures(smallest, limits)}`;
  return mismatchError(
    'fit-none',
    `Even with a ${STEPS}th of its width the architecture "${name}" ${taken}, and "fit" allows ${limitsText(limits)}`,
    'Choose an architecture with fewer layers, smaller samples (windows, pictures), or raise "fit".',
  );
}

/**
 * Bisects over the width, in sixteenths up to sixteen times what the options say, until one fits and the next does not. Flash
 * grows with the width; the arena mostly does, but a planner may lay out a few channels more better.
 * `input` is the shape of a sample. Throws a mismatch error where none fits, and an `unsupported` one where the memory of
 * an operator is not known.
 */
export async function fitArchitecture(
  architecture: ArchitectureSpec,
  input: Shape,
  output: NetworkOutput,
  limits: FitLimits,
  form: FittedForm,
  report: Reporter,
): Promise<FittedArchitecture> {
  let tried = 0;
  const tryWidth = async (steps: number, left: number): Promise<Trial> => {
    const layers = expandArchitecture(architecture, input, output, steps / STEPS);
    const topology = toTopology(layers, input);
    tried++;
    if (isTooLarge(topology)) return { steps, tooLarge: true };
    const { flash, ram } = measureModel(await foretoldFile(topology, form), form.target);
    const trial = { steps, layers, flash, ram };
    checkKnown(trial, limits);
    report.progress(tried, tried + left, `width ${steps / STEPS}: ${figures(trial, limits)}`);
    return trial;
  };
  const halvings = (low: number, high: number): number => Math.ceil(Math.log2(high - low));

  const smallest = await tryWidth(1, halvings(1, STEPS) + 1);
  if (!fits(smallest, limits)) throw refuse(architecture.architecture, smallest, limits);
  let best = smallest;
  let tooWide = WIDEST + 1;
  // Doubling first: the widest are dear to try.
  for (let steps = STEPS; steps <= WIDEST; steps *= 2) {
    const trial = await tryWidth(steps, halvings(best.steps, steps));
    if (!fits(trial, limits)) {
      tooWide = steps;
      break;
    }
    best = trial;
  }
  while (tooWide - best.steps > 1 && best.steps < WIDEST) {
    const middle = Math.floor((best.steps + tooWide) / 2);
    const trial = await tryWidth(middle, halvings(best.steps, tooWide) - 1);
    if (fits(trial, limits)) best = trial;
    else tooWide = middle;
  }
  const width = best.steps / STEPS;
  const end = tooWide > WIDEST ? ', and wider ones are not tried' : ` and not at ${tooWide / STEPS}`;
  report.info(
    `"${architecture.architecture}" fits at width ${width}${end}: ${figures(best, limits)} are foretold, of ${limitsText(limits)}; "tinyml check" measures what training makes of it.`,
  );
  return { layers: best.layers, width, flash: best.flash.value as number, ram: best.ram.value as number };
}
