/** What int8, or int16, makes of every activation: range, parameters, clipped share, and noise against float. */

import type { PerTensorQuant } from '../core/quant-params.ts';
import { type IntegerLimits, isQuantizedDType, QUANTIZED_LIMITS, type TensorData } from '../core/tensor.ts';
import { type RecordSource, recordLengthOf } from '../data/records/records.ts';
import { createInterpreter } from '../interpreter/interpreter.ts';
import { type Graph, getValue, type ValueId } from '../ir/graph.ts';
import { realOf } from '../models/quantize/int8-noise.ts';
import { settler } from '../models/quantize/judged-values.ts';
import { recordQuantizer, recordSplitter } from '../models/run/record-inputs.ts';
import type { Ranges } from '../passes/quantize/parameters.ts';

/** One activation, before and after. */
export interface TensorReport {
  readonly tensor: string;
  readonly min: number;
  readonly max: number;
  readonly scale: number;
  readonly zeroPoint: number;
  /**
   * Share of the float values that its integers cannot represent, beyond half a step outside its range. In front of a
   * sigmoid or tanh at the end, here as in the noise, values beyond where that is settled count as those where it is.
   */
  readonly clippedShare: number;
  /** Signal to noise of the quantized graph's values against the float graph's, in dB; absent where there is no noise. */
  readonly sqnrDb?: number;
}

interface Tally {
  readonly quant: PerTensorQuant;
  readonly limits: IntegerLimits;
  signal: number;
  noise: number;
  clipped: number;
  count: number;
}

/** `real` is what the integers stand for. */
function tally(into: Tally, float: Float32Array, real: Float32Array): void {
  const { scale, zeroPoint } = into.quant;
  const low = scale * (into.limits.min - 0.5 - zeroPoint);
  const high = scale * (into.limits.max + 0.5 - zeroPoint);
  for (let i = 0; i < float.length; i++) {
    into.signal += float[i] ** 2;
    into.noise += (float[i] - real[i]) ** 2;
    if (float[i] < low || float[i] > high) into.clipped++;
  }
  into.count += float.length;
}

/** Graph inputs, then node outputs in execution order. */
function activationIds(graph: Graph): readonly ValueId[] {
  return [...graph.inputs, ...graph.nodes.flatMap((node) => node.outputs)];
}

/** Runs both graphs over the records; activations keep their ids through quantization. */
export function quantizationReport(
  float: Graph,
  int8: Graph,
  ranges: Ranges,
  records: RecordSource,
): readonly TensorReport[] {
  const ids = activationIds(float);
  const tallies = new Map<ValueId, Tally>();
  for (const id of ids) {
    // Values that quantization made needless are not there.
    const type = int8.values.get(id)?.type;
    if (type?.quant?.scheme !== 'per-tensor' || !isQuantizedDType(type.dtype)) continue;
    const limits = QUANTIZED_LIMITS[type.dtype];
    tallies.set(id, { quant: type.quant, limits, signal: 0, noise: 0, clipped: 0, count: 0 });
  }
  const floatRun = createInterpreter(float, { keepsValues: true });
  const int8Run = createInterpreter(int8);
  const split = recordSplitter(floatRun.inputs);
  const quantize = recordQuantizer(int8Run.inputs);
  const floatValues = new Map<ValueId, TensorData>();
  const settle = settler(float);
  const record = new Float32Array(recordLengthOf(records));

  for (let index = 0; index < records.count; index++) {
    records.read(index, 1, record);
    floatRun.invoke(split(record), (id, data) => floatValues.set(id, data));
    int8Run.invoke(quantize(record), (id, data) => {
      const into = tallies.get(id);
      if (into === undefined) return;
      const real = realOf(getValue(int8, id).type, data);
      tally(into, settle(id, floatValues.get(id) as Float32Array), settle(id, real));
    });
  }
  return [...tallies].map(([id, { quant, signal, noise, clipped, count }]) => ({
    tensor: getValue(float, id).name,
    min: ranges.get(id)?.min ?? Number.NaN,
    max: ranges.get(id)?.max ?? Number.NaN,
    scale: quant.scale,
    zeroPoint: quant.zeroPoint,
    clippedShare: clipped / count,
    ...(noise > 0 && signal > 0 ? { sqnrDb: 10 * Math.log10(signal / noise) } : {}),
  }));
}
