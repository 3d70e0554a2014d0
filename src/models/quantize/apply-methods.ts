/** What calibration saw of a prepared graph, what methods make of it, and its plain form of integers. */

import { type RecordSource, recordLengthOf } from '../../data/records/records.ts';
import { createInterpreter } from '../../interpreter/interpreter.ts';
import type { Graph } from '../../ir/graph.ts';
import { graphCost } from '../../ir/graph-cost.ts';
import { runPasses } from '../../passes/pass.ts';
import type { Calibrated, Measurements } from '../../passes/quantize/methods/method.ts';
import { padInputs } from '../../passes/quantize/pad-inputs.ts';
import { quantizePass } from '../../passes/quantize/quantize.ts';
import { calibrate } from '../convert/calibrate.ts';
import { recordSplitter } from '../run/record-inputs.ts';
import type { WorkContext } from '../run/spread/spread-records.ts';
import { heldRecords } from './held-records.ts';
import { noiseAgainst, type Reference, referenceBytes, referenceOf } from './int8-noise.ts';
import { METHOD_NAMES, type MethodName } from './method-names.ts';
import { METHODS } from './methods.ts';
import { noiseShares } from './noise-shares.ts';

/** Of the records that real kernels run. */
const MOST_TRIAL_RECORDS = 64;
/** Multiply-accumulates that all runs together may take, and runs, each of which has to quantize the weights too. */
const MOST_TRIAL_MACS = 4e9;
const MOST_TRIALS = 200;

/** What methods are answered of these records. */
function measurementsOf(prepared: Graph, records: RecordSource): Measurements {
  const some = heldRecords(records, MOST_TRIAL_RECORDS, referenceBytes(prepared));
  const references = new WeakMap<Graph, Reference>();
  return {
    recordNoise(calibrated) {
      const quantized = plainlyQuantized(calibrated);
      const { graph } = calibrated;
      const reference = references.get(graph) ?? referenceOf(graph, some);
      references.set(graph, reference);
      return noiseAgainst(reference, quantized, some).noise;
    },
    affordableTrials(graph) {
      const macs = Math.max(1, graphCost(graph).macs) * some.count;
      return Math.min(MOST_TRIALS, Math.floor(MOST_TRIAL_MACS / macs));
    },
    noiseShares: (calibrated) => noiseShares(calibrated, records),
    visit(graph, see) {
      const interpreter = createInterpreter(graph);
      const split = recordSplitter(interpreter.inputs);
      const record = new Float32Array(recordLengthOf(records));
      for (let index = 0; index < records.count; index++) {
        records.read(index, 1, record);
        interpreter.invoke(split(record), (id, data) => see(id, data as Float32Array));
      }
    },
  };
}

/** What decides the integers of a graph, whatever the methods. */
export type IntegerForm = Pick<Calibrated, 'activations' | 'densePerChannel' | 'scaleRules' | 'kept'>;

/** Applies methods in their order, whatever that of the names. What some of them made is kept for others that begin alike. */
export type Applier = (methods: readonly MethodName[]) => Calibrated;

export async function calibrateFor(
  prepared: Graph,
  records: RecordSource,
  form: IntegerForm,
  context: WorkContext,
): Promise<Applier> {
  const follows = form.scaleRules === 'tensorflow';
  const statistics = await calibrate(prepared, records, context, follows ? 'desktop' : 'tflm');
  const { graph, seen } = follows ? { graph: prepared, seen: statistics } : padInputs(prepared, statistics);
  const measure = measurementsOf(prepared, records);
  const known = new Map<string, Calibrated>();
  return (methods) => {
    let made: Calibrated = {
      graph,
      statistics: seen,
      ranges: seen.ranges,
      ...form,
      weightScales: new Map(),
      rounding: 'nearest',
      fineTuned: false,
    };
    let path = '';
    for (const name of METHOD_NAMES) {
      if (!methods.includes(name)) continue;
      path += ` ${name}`;
      made = known.get(path) ?? METHODS[name].apply(made, measure);
      known.set(path, made);
    }
    return made;
  };
}

/** By what they were made of: guards and rounding ask for the same ones. */
const plain = new WeakMap<Calibrated, Graph>();

/** Every weight to its nearest integer; means of errors in the bias, unless `nearest` forbids it. */
export function plainlyQuantized(calibrated: Calibrated): Graph {
  const known = plain.get(calibrated) ?? quantizePlainly(calibrated);
  plain.set(calibrated, known);
  return known;
}

function quantizePlainly(calibrated: Calibrated): Graph {
  const { graph, statistics, ranges, rounding, ...decided } = calibrated;
  const elements = rounding === 'nearest' ? {} : statistics;
  const options = { ...elements, ...decided };
  return runPasses(graph, [quantizePass(ranges, options)]);
}
