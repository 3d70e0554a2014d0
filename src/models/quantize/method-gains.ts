/** What each method of a recipe gains: quantized by one half of the records with it and without it, measured on the other. */

import { given } from '../../core/given.ts';
import type { RecordSource } from '../../data/records/records.ts';
import type { Graph } from '../../ir/graph.ts';
import { graphCost } from '../../ir/graph-cost.ts';
import type { WorkContext } from '../run/spread/spread-records.ts';
import type { Judge } from '../score/judge.ts';
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
  /** The score with it less that without it. */
  readonly scoreGain?: number;
}

/** What the task is judged by, and on how many samples whose truth is known. */
export interface GainJudge {
  readonly judge: Judge;
  readonly samples: number;
}

/** As the task is judged with all methods. */
export interface JudgedGains {
  readonly title: string;
  readonly samples: number;
  readonly score: number;
}

export interface MethodGains {
  /** How many records were held back to measure. */
  readonly records: number;
  /** Of all methods together, of the judged values, in dB; absent where there is no noise. */
  readonly sqnrDb?: number;
  /** Absent where no truth is known, and where to ask it of every method took too long. */
  readonly judged?: JudgedGains;
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

interface Outcome {
  readonly sqnrDb: number | undefined;
  readonly score: number | undefined;
}

function difference(all: number | undefined, without: number | undefined): number | undefined {
  return all === undefined || without === undefined ? undefined : all - without;
}

/**
 * Undefined without methods, with too few records, and for graphs that take too long. With a judge, what it says of each, too:
 * of graphs that one half of the records calibrated, as everywhere here.
 */
export async function methodGains(
  prepared: Graph,
  records: RecordSource,
  methods: readonly MethodName[],
  form: IntegerForm,
  context: WorkContext,
  judgedBy?: GainJudge,
): Promise<MethodGains | undefined> {
  const runs = methods.length + 1;
  const some = affordable(prepared, records, runs);
  if (some === undefined || methods.length === 0) return undefined;
  const [seen, held] = [everySecond(some, 0), everySecond(some, 1)];
  const apply = await calibrateFor(prepared, seen, form, context);
  const isJudged = (judgedBy?.samples ?? 0) * runs * graphCost(prepared).macs <= MOST_MACS;
  const measured = async (names: readonly MethodName[]): Promise<Outcome> => {
    const integers = await quantizeCalibrated(apply(names), seen, context);
    const { signal, noise } = recordNoise(prepared, integers, held);
    const score = isJudged ? await judgedBy?.judge.of(integers) : undefined;
    return { sqnrDb: decibels(signal, noise), score };
  };
  const all = await measured(methods);
  const gains: MethodGain[] = [];
  for (const method of methods) {
    const without = await measured(methods.filter((name) => name !== method));
    const gain = {
      gainDb: difference(all.sqnrDb, without.sqnrDb),
      scoreGain: difference(all.score, without.score),
    };
    gains.push({ method, ...given(gain) });
  }
  const judged =
    judgedBy === undefined || all.score === undefined
      ? undefined
      : { title: judgedBy.judge.title, samples: judgedBy.samples, score: all.score };
  return { records: held.count, ...given({ sqnrDb: all.sqnrDb, judged }), methods: gains };
}
