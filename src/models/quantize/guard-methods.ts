/**
 * Methods judged by records that were held back: quantized by one half of the calibration records, measured on the other.
 * Some networks are served worse by factors and wider ranges than by what was seen; only such records tell.
 */

import { pickRecords, type RecordSource } from '../../data/records/records.ts';
import type { Graph } from '../../ir/graph.ts';
import type { WorkContext } from '../run/spread/spread-records.ts';
import { calibrateFor, type IntegerForm, plainlyQuantized } from './apply-methods.ts';
import { int8Noise } from './int8-noise.ts';
import type { MethodName } from './method-names.ts';
import { spacedRecords } from './noise-shares.ts';

/** What may do harm; the others are sure to help, or are judged by what they do to the calibration records. */
const GUARDED: readonly MethodName[] = ['equalize-channels', 'headroom'];

/** Fewer do not tell choices apart. */
const LEAST_RECORDS = 32;
const MOST_RECORDS = 128;

/** The share of the noise that another choice may leave, a decibel less: anything nearer is luck. */
const CLEARLY_LESS = 10 ** -0.1;

/** Records `first`, `first` + 2, … */
export function everySecond(records: RecordSource, first: 0 | 1): RecordSource {
  const count = Math.floor((records.count - first + 1) / 2);
  const indices = Uint32Array.from({ length: count }, (_, i) => 2 * i + first);
  return pickRecords(records, indices);
}

/** The methods, and every way to leave some of the guarded ones out. */
function choicesOf(methods: readonly MethodName[]): readonly (readonly MethodName[])[] {
  let choices = [methods];
  for (const name of GUARDED) {
    choices = choices.concat(choices.map((choice) => choice.filter((method) => method !== name)));
  }
  return choices;
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
  const some = spacedRecords(records, MOST_RECORDS);
  const choices = choicesOf(methods);
  const noise = new Float64Array(choices.length);
  for (const seen of [0, 1] as const) {
    const apply = await calibrateFor(prepared, everySecond(some, seen), form, context);
    const held = everySecond(some, seen === 0 ? 1 : 0);
    for (const [index, choice] of choices.entries()) {
      const made = apply(choice);
      noise[index] += int8Noise(made.graph, plainlyQuantized({ ...made, rounding: 'bias-corrected' }), held);
    }
  }
  const best = noise.indexOf(Math.min(...noise));
  return noise[best] < CLEARLY_LESS * noise[0] ? choices[best] : methods;
}
