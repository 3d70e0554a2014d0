/**
 * What 4-bit weights cost, measured: noise of really quantized graphs on the calibration records, and on halves of them that
 * calibrated the other half. A loss is the greater of both.
 */

import { given } from '../../../core/given.ts';
import type { RecordSource } from '../../../data/records/records.ts';
import type { Graph, ValueId } from '../../../ir/graph.ts';
import type { Calibrated } from '../../../passes/quantize/methods/method.ts';
import type { WorkContext } from '../../run/spread/spread-records.ts';
import { calibrateFor, type IntegerForm } from '../apply-methods.ts';
import { everySecond } from '../guard-methods.ts';
import { heldRecords } from '../held-records.ts';
import {
  int8Noise,
  type Reference,
  referenceBytes,
  referenceOf,
  referenceOfIntegers,
} from '../int8-noise.ts';
import type { MethodName } from '../method-names.ts';
import { quantizeCalibrated } from '../quantize-calibrated.ts';
import { type Candidate, int4Candidates } from './candidates.ts';

/** Fewer are too few to be divided. */
const LEAST_DIVIDED = 8;
const MOST_JUDGED = 128;
/** What float32 computes, and what int8 does. */
const HELD_AT_ONCE = 2;

/** A graph and its int8 form, of which others with 4-bit weights are made. */
export interface Int8Source {
  readonly prepared: Graph;
  readonly records: RecordSource;
  readonly methods: readonly MethodName[];
  readonly calibrated: Calibrated;
  readonly int8: Graph;
}

/** In dB: how much less signal to noise than int8 there is; negative where there is more. */
export interface MeasuredLoss {
  /** On the records that calibrated. */
  readonly calibration: number;
  /** On records that were held back; absent where there are too few to do so. */
  readonly heldOut?: number;
}

/** Records that calibrated one form of the graph, and those that judge it. */
export class Side {
  readonly int8: Graph;
  /** Of `int8`. */
  readonly noise: number;
  readonly calibrated: Calibrated;
  readonly #calibrating: RecordSource;
  readonly #judging: RecordSource;
  readonly #reference: Reference;
  /** What int8 computes. */
  #own: Reference | undefined;

  constructor(calibrated: Calibrated, int8: Graph, calibrating: RecordSource, judging: RecordSource) {
    this.calibrated = calibrated;
    this.int8 = int8;
    this.#calibrating = calibrating;
    this.#judging = judging;
    this.#reference = referenceOf(calibrated.graph, judging);
    this.noise = this.noiseOf(int8);
  }

  get calibrating(): RecordSource {
    return this.#calibrating;
  }

  noiseOf(quantized: Graph): number {
    return int8Noise(quantized, this.#judging, this.#reference);
  }

  /**
   * Noise that it adds, as the squared distance from what int8 computes. A difference of two distances from float32 has what int8
   * does by itself in it too, clipping above all, which errors of weights make smaller or larger by luck.
   */
  distanceOf(quantized: Graph): number {
    this.#own ??= referenceOfIntegers(this.calibrated.graph, this.int8, this.#judging);
    return int8Noise(quantized, this.#judging, this.#own);
  }

  /** With 4-bit weights in the operators that have these outputs. */
  quantize(int4: ReadonlySet<ValueId>, context: WorkContext): Promise<Graph> {
    return quantizeCalibrated({ ...this.calibrated, int4 }, this.#calibrating, context);
  }
}

async function dividedSides(
  { prepared, records, methods, calibrated }: Int8Source,
  context: WorkContext,
): Promise<readonly Side[]> {
  const some = heldRecords(records, MOST_JUDGED, HELD_AT_ONCE * referenceBytes(prepared));
  const { activations, densePerChannel, scaleRules } = calibrated;
  const form: IntegerForm = { activations, densePerChannel, ...given({ scaleRules }) };
  if (some.count < LEAST_DIVIDED) return [];
  const sides: Side[] = [];
  for (const first of [0, 1] as const) {
    const calibrating = everySecond(some, first);
    const apply = await calibrateFor(prepared, calibrating, form, context);
    const made = apply(methods);
    const int8 = await quantizeCalibrated(made, calibrating, context);
    sides.push(new Side(made, int8, calibrating, everySecond(some, first === 0 ? 1 : 0)));
  }
  return sides;
}

function decibels(noise: number, of: number): number {
  if (noise === of) return 0;
  return 10 * Math.log10(noise / of);
}

/** The greater of what was measured. */
export function worst({ calibration, heldOut }: MeasuredLoss): number {
  return Math.max(calibration, heldOut ?? calibration);
}

/** A graph with 4-bit weights, and what they cost. */
export interface Trial {
  readonly names: readonly string[];
  readonly graph: Graph;
  readonly loss: MeasuredLoss;
}

export class Judge {
  readonly #whole: Side;
  readonly #divided: readonly Side[];
  readonly #candidates: readonly Candidate[];
  readonly #context: WorkContext;

  static async of(source: Int8Source, context: WorkContext): Promise<Judge> {
    const { calibrated, int8, records } = source;
    const judging = heldRecords(records, MOST_JUDGED, HELD_AT_ONCE * referenceBytes(calibrated.graph));
    const whole = new Side(calibrated, int8, records, judging);
    return new Judge(whole, await dividedSides(source, context), int4Candidates(int8), context);
  }

  private constructor(
    whole: Side,
    divided: readonly Side[],
    candidates: readonly Candidate[],
    context: WorkContext,
  ) {
    this.#candidates = candidates;
    this.#whole = whole;
    this.#divided = divided;
    this.#context = context;
  }

  /** Where what layers do alone is looked at: on held-out records, if there are any. */
  get sides(): readonly Side[] {
    return this.#divided.length > 0 ? this.#divided : [this.#whole];
  }

  /** One that costs more than `most` dB on the calibration records is not tried on held-out ones. */
  async try(names: readonly string[], most = Infinity): Promise<Trial> {
    const layers = this.#candidates.filter(({ name }) => names.includes(name));
    const int4 = new Set(layers.flatMap(({ outputs }) => outputs));
    const graph = await this.#whole.quantize(int4, this.#context);
    const calibration = decibels(this.#whole.noiseOf(graph), this.#whole.noise);
    if (this.#divided.length === 0 || calibration > most) return { names, graph, loss: { calibration } };
    let [noise, of] = [0, 0];
    for (const side of this.#divided) {
      noise += side.noiseOf(await side.quantize(int4, this.#context));
      of += side.noise;
    }
    return { names, graph, loss: { calibration, heldOut: decibels(noise, of) } };
  }
}
