/**
 * Scales and biases of integers that are made already, adjusted to what float32 computes of the same records, without labels:
 * operator after operator, behind those that are adjusted. What records that were held back speak against is taken back.
 */

import { perAxis, perTensor, type QuantParams } from '../../core/quant-params.ts';
import { type RecordSource, recordLengthOf } from '../../data/records/records.ts';
import { createInterpreter } from '../../interpreter/interpreter.ts';
import { type Graph, getValue, type Node, type ValueId } from '../../ir/graph.ts';
import { graphCost } from '../../ir/graph-cost.ts';
import { isLinear, type LinearNode } from '../../passes/linear.ts';
import { biasParameters, quantizeBias, scaleOf } from '../../passes/quantize/parameters.ts';
import { fromTensor } from '../run/real-tensor.ts';
import { recordQuantizer, recordSplitter } from '../run/record-inputs.ts';
import { everySecond } from './guard-methods.ts';
import { heldRecords } from './held-records.ts';
import { int8Noise, referenceBytes, referenceOf } from './int8-noise.ts';

/** Half of fewer would be learnt by heart. */
const LEAST_RECORDS = 32;
const MOST_RECORDS = 128;
/** Multiply-accumulates that all runs together may take: a few seconds. */
const MOST_MACS = 4e9;
/** No operator's results are stretched further. */
const MOST_GAIN = 1.05;
const CLEARLY_LESS = 0.99;

/** The line that leads from what integers stand for to float32, for each channel: float ≈ gain · integer + offset. */
interface Line {
  readonly gains: Float64Array;
  readonly offsets: Float64Array;
}

/** Sums of a channel: of float32 and integers, and of their products. */
class Fit {
  readonly #count: Float64Array;
  readonly #float: Float64Array;
  readonly #integer: Float64Array;
  readonly #squares: Float64Array;
  readonly #products: Float64Array;

  constructor(channels: number) {
    const sums = (): Float64Array => new Float64Array(channels);
    [this.#count, this.#float, this.#integer, this.#squares, this.#products] = [
      sums(),
      sums(),
      sums(),
      sums(),
      sums(),
    ];
  }

  add(float: Float32Array, integer: Float32Array): void {
    const channels = this.#count.length;
    for (let i = 0; i < float.length; i++) {
      const channel = i % channels;
      this.#count[channel]++;
      this.#float[channel] += float[i];
      this.#integer[channel] += integer[i];
      this.#squares[channel] += integer[i] ** 2;
      this.#products[channel] += float[i] * integer[i];
    }
  }

  /** With one gain for all channels, or one for each. */
  line(hasOneGain: boolean): Line {
    const moments = Array.from(this.#count, (count, c) => ({
      count,
      spread: this.#squares[c] - this.#integer[c] ** 2 / count,
      common: this.#products[c] - (this.#float[c] * this.#integer[c]) / count,
    }));
    const gainOf = (all: typeof moments): number => {
      const spread = all.reduce((sum, one) => sum + one.spread, 0);
      const common = all.reduce((sum, one) => sum + one.common, 0);
      return spread > 0 ? Math.max(1 / MOST_GAIN, Math.min(MOST_GAIN, common / spread)) : 1;
    };
    const gains = Float64Array.from(moments, (one) => gainOf(hasOneGain ? moments : [one]));
    const offsets = gains.map((gain, c) => (this.#float[c] - gain * this.#integer[c]) / this.#count[c]);
    return { gains, offsets };
  }
}

/** What int8 makes of an operator's output, beside float32. */
function fitOf(float: Graph, int8: Graph, output: ValueId, channels: number, records: RecordSource): Fit {
  const fit = new Fit(channels);
  const [floatRun, int8Run] = [createInterpreter(float), createInterpreter(int8)];
  const split = recordSplitter(floatRun.inputs);
  const quantize = recordQuantizer(int8Run.inputs);
  const record = new Float32Array(recordLengthOf(records));
  let expected = new Float32Array();
  for (let index = 0; index < records.count; index++) {
    records.read(index, 1, record);
    floatRun.invoke(split(record), (id, data) => {
      if (id === output) expected = (data as Float32Array).slice();
    });
    int8Run.invoke(quantize(record), (id, data) => {
      if (id !== output) return;
      const real = new Float32Array(expected.length);
      fromTensor(getValue(int8, id).type, data, real);
      fit.add(expected, real);
    });
  }
  return fit;
}

function stretched(quant: QuantParams, gains: Float64Array): QuantParams {
  return quant.scheme === 'per-tensor'
    ? perTensor(quant.scale * gains[0], 0)
    : perAxis(
        quant.axis,
        quant.scales.map((scale, channel) => scale * gains[channel]),
      );
}

/** The graph whose operator follows the line; undefined where its constants are not those of int8. */
function adjusted(int8: Graph, node: LinearNode, lineOf: (hasOneGain: boolean) => Line): Graph | undefined {
  const [input, weights, bias] = node.inputs.map((id) => (id === undefined ? undefined : getValue(int8, id)));
  const inputQuant = input?.type.quant;
  const weightQuant = weights?.type.quant;
  const biasQuant = bias?.type.quant;
  if (inputQuant?.scheme !== 'per-tensor' || weights === undefined || weightQuant === undefined)
    return undefined;
  if (!(bias?.data instanceof Int32Array) || biasQuant === undefined) return undefined;
  const { gains, offsets } = lineOf(weightQuant.scheme === 'per-tensor');
  const quant = stretched(weightQuant, gains);
  const real = Float32Array.from(
    bias.data,
    (step, channel) => gains[channel] * step * scaleOf(biasQuant, channel) + offsets[channel],
  );
  const ofBias = biasParameters(inputQuant.scale, quant);
  const values = new Map(int8.values);
  values.set(weights.id, { ...weights, type: { ...weights.type, quant } });
  values.set(bias.id, { ...bias, type: { ...bias.type, quant: ofBias }, data: quantizeBias(real, ofBias) });
  return { ...int8, values };
}

function affordable(graph: Graph, records: RecordSource): RecordSource | undefined {
  const macs = 2 * graph.nodes.length * Math.max(1, graphCost(graph).macs);
  const count = Math.min(MOST_RECORDS, Math.floor(MOST_MACS / macs));
  // What float32 makes of one half is held.
  const some = heldRecords(records, count, referenceBytes(graph) / 2);
  return some.count < LEAST_RECORDS ? undefined : some;
}

/** `float` is the graph that `int8` was made of. Few records, and graphs that take too long, leave it as it is. */
export function fineTune(float: Graph, int8: Graph, records: RecordSource): Graph {
  const some = affordable(float, records);
  if (some === undefined) return int8;
  const [seen, held] = [everySecond(some, 0), everySecond(some, 1)];
  const reference = referenceOf(float, held);
  let best = { graph: int8, noise: int8Noise(int8, held, reference) };
  for (const node of int8.nodes.filter((one: Node) => isLinear(one))) {
    const [output] = node.outputs;
    if (!float.values.has(output)) continue;
    const channels = getValue(int8, output).type.shape.at(-1) ?? 1;
    const fit = fitOf(float, best.graph, output, channels, seen);
    const graph = adjusted(best.graph, node as LinearNode, (hasOneGain) => fit.line(hasOneGain));
    if (graph === undefined) continue;
    const noise = int8Noise(graph, held, reference);
    if (noise < CLEARLY_LESS * best.noise) best = { graph, noise };
  }
  return best.graph;
}
