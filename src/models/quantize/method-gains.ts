/** What each method of a recipe gains: quantized by one half of the records with it and without it, measured on the other. */

import type { RecordSource } from '../../data/records/records.ts';
import type { Graph } from '../../ir/graph.ts';
import { graphCost } from '../../ir/graph-cost.ts';
import type { WorkContext } from '../run/spread/spread-records.ts';
import { calibrateFor, type IntegerForm } from './apply-methods.ts';
import { everySecond } from './guard-methods.ts';
import { spacedRecords } from './held-records.ts';
import { recordNoise } from './int8-noise.ts';
import type { MethodName } from './method-names.ts';
import { quantizeCalibrated } from './quantize-calibrated.ts';

/** Half of fewer say nothing. */
const LEAST_RECORDS = 16;
const MOST_RECORDS = 64;
/** Multiply-accumulates that all runs together may take: a few seconds. */
const MOST_MACS = 3e9;

export interface MethodGain {
  readonly method: MethodName;
  /** By how much the signal to noise is greater with it, in dB; absent where one of the two has no noise. */
  readonly gainDb?: number;
}

export interface MethodGains {
  /** How many records were held back to measure. */
  readonly records: number;
  /** Of all methods together, of the judged values, in dB; absent where there is no noise. */
  readonly sqnrDb?: number;
  readonly methods: readonly MethodGain[];
}

function decibels(signal: Float64Array, noise: Float64Array): number | undefined {
  const sum = (all: Float64Array): number => all.reduce((total, one) => total + one, 0);
  const [ofSignal, ofNoise] = [sum(signal), sum(noise)];
  return ofSignal > 0 && ofNoise > 0 ? 10 * Math.log10(ofSignal / ofNoise) : undefined;
}

function affordable(graph: Graph, records: RecordSource, runs: number): RecordSource | undefined {
  const count = Math.floor(MOST_MACS / (runs * Math.max(1, graphCost(graph).macs)));
  const some = spacedRecords(records, Math.min(MOST_RECORDS, count));
  return some.count < LEAST_RECORDS ? undefined : some;
}

/** Undefined without methods, with too few records, and for graphs that take too long. */
export async function methodGains(
  prepared: Graph,
  records: RecordSource,
  methods: readonly MethodName[],
  form: IntegerForm,
  context: WorkContext,
): Promise<MethodGains | undefined> {
  const some = affordable(prepared, records, methods.length + 1);
  if (some === undefined || methods.length === 0) return undefined;
  const [seen, held] = [everySecond(some, 0), everySecond(some, 1)];
  const apply = await calibrateFor(prepared, seen, form, context);
  const measured = async (names: readonly MethodName[]): Promise<number | undefined> => {
    const integers = await quantizeCalibrated(apply(names), seen, context);
    const { signal, noise } = recordNoise(prepared, integers, held);
    return decibels(signal, noise);
  };
  const all = await measured(methods);
  const gains: MethodGain[] = [];
  for (const method of methods) {
    const without = await measured(methods.filter((name) => name !== method));
    gains.push(all === undefined || without === undefined ? { method } : { method, gainDb: all - without });
  }
  return { records: held.count, ...(all === undefined ? {} : { sqnrDb: all }), methods: gains };
}
