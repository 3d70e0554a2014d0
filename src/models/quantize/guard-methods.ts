/**
 * Methods judged by records that were held back: quantized by one half of the calibration records, measured on the other.
 * Some networks are served worse by factors and wider ranges than by what was seen; only such records tell.
 */

import { pickRecords, type RecordSource } from '../../data/records/records.ts';
import type { Graph } from '../../ir/graph.ts';
import type { WorkContext } from '../run/spread/spread-records.ts';
import { type Applier, calibrateFor, type IntegerForm, plainlyQuantized } from './apply-methods.ts';
import { heldRecords } from './held-records.ts';
import { int8Noise, type Reference, referenceBytes, referenceOf } from './int8-noise.ts';
import type { MethodName } from './method-names.ts';

/** What may do harm; the others are sure to help, or are judged by what they do to the calibration records. */
const GUARDED: readonly MethodName[] = ['headroom', 'equalize-channels'];

/** Fewer do not tell choices apart. */
const LEAST_RECORDS = 32;
const MOST_RECORDS = 128;

/** The share of the noise that another choice may leave, a decibel less: anything nearer is luck. */
const CLEARLY_LESS = 10 ** -0.1;
/** Of the records that were seen, two decibels: no method may cost as much there. */
const MUCH_LESS = 10 ** -0.2;
const FEW_RECORDS = 64;

/** Records `first`, `first` + 2, …, or such sequences of them. */
export function everySecond(records: RecordSource, first: 0 | 1): RecordSource {
  const { sequence = 1 } = records;
  const count = Math.floor((records.count / sequence - first + 1) / 2);
  const indices = Uint32Array.from(
    { length: count * sequence },
    (_, i) => (2 * Math.floor(i / sequence) + first) * sequence + (i % sequence),
  );
  return pickRecords(records, indices);
}

/** The methods, and without one guarded method after another. */
function choicesOf(methods: readonly MethodName[]): readonly (readonly MethodName[])[] {
  const choices = [methods];
  for (const name of GUARDED) {
    choices.push((choices.at(-1) as readonly MethodName[]).filter((method) => method !== name));
  }
  return choices;
}

function noiseOf(
  apply: Applier,
  methods: readonly MethodName[],
  records: RecordSource,
  reference: Reference,
): number {
  const made = apply(methods);
  const corrected = made.rounding === 'nearest' ? { ...made, rounding: 'bias-corrected' as const } : made;
  return int8Noise(plainlyQuantized(corrected), records, reference);
}

/** The first choice, or the last that the calibration records themselves do not speak against: methods promise to cost little there. */
export function keptMethods(
  prepared: Graph,
  apply: Applier,
  records: RecordSource,
  methods: readonly MethodName[],
): readonly MethodName[] {
  const few = heldRecords(records, FEW_RECORDS, referenceBytes(prepared));
  const reference = referenceOf(prepared, few);
  let kept = { methods, noise: noiseOf(apply, methods, few, reference) };
  for (const choice of choicesOf(methods).slice(1)) {
    const noise = noiseOf(apply, choice, few, reference);
    if (noise < MUCH_LESS * kept.noise) kept = { methods: choice, noise };
  }
  return kept.methods;
}

/** The methods, without those that records which were held back clearly speak against. */
export async function guardMethods(
  prepared: Graph,
  records: RecordSource,
  methods: readonly MethodName[],
  form: IntegerForm,
  context: WorkContext,
): Promise<readonly MethodName[]> {
  if (records.count < LEAST_RECORDS) return methods;
  // One half of them is held at a time.
  const some = heldRecords(records, MOST_RECORDS, referenceBytes(prepared) / 2);
  const { sequence = 1 } = some;
  if (some.count < 2 * sequence) return methods;
  const choices = choicesOf(methods);
  const noise = new Float64Array(choices.length);
  for (const seen of [0, 1] as const) {
    const apply = await calibrateFor(prepared, everySecond(some, seen), form, context);
    const held = everySecond(some, seen === 0 ? 1 : 0);
    const reference = referenceOf(prepared, held);
    for (const [index, choice] of choices.entries()) {
      noise[index] += noiseOf(apply, choice, held, reference);
    }
  }
  const best = noise.indexOf(Math.min(...noise));
  return noise[best] < CLEARLY_LESS * noise[0] ? choices[best] : methods;
}
