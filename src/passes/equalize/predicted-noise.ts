/**
 * What int8 will add to the sums of a graph, as ranges, powers and weights tell, for factors of its channels: a smooth function
 * of their logarithms, so that they can be chosen by its gradient. Noise is counted against the power of what the operator
 * that it reaches computes, layer by layer: what a layer adds to its own signal goes on with it.
 */

/** Of the largest of many numbers a smooth one takes the place: the sum of their 16th powers under its root. */
const HALVINGS = 4;
const POWER = 2 ** HALVINGS;

const WEIGHT_STEPS = 127;
/** The variance of an error that is anything up to half a step. */
const VARIANCE_OF_STEP = 1 / 12;

function toPower(share: number): number {
  let result = share;
  for (let i = 0; i < HALVINGS; i++) result *= result;
  return result;
}

/** A channel's place among the parameters, 0 where its factor is 1. */
export type Places = Int32Array;

/** What a term is computed from, and what it adds to. */
export interface Point {
  /** The factors, `exp` of the parameters; the first is 1, and no parameter. */
  readonly factors: Float64Array;
  /** Of the noise by the parameters; nobody reads the first. */
  readonly gradient: Float64Array;
}

/** A part of the noise; adds its gradient. */
export type NoiseTerm = (point: Point) => number;

/** An activation. */
export interface ChannelNoise {
  /** In how many its range is divided. */
  readonly steps: number;
  readonly places: Places;
  /** The greatest magnitude of each channel. */
  readonly reach: Float64Array;
  /** What a noise of 1 in each channel does to those who read it, against their power. */
  readonly weight: Float64Array;
}

/** One step serves all channels: those with the greatest reach decide it, and small ones suffer. */
export function activationNoise({ steps, places, reach, weight }: ChannelNoise): NoiseTerm {
  const channels = places.length;
  const scaled = new Float64Array(channels);
  const shares = new Float64Array(channels);
  return ({ factors, gradient }) => {
    let largest = 0;
    for (let c = 0; c < channels; c++) {
      scaled[c] = reach[c] * factors[places[c]];
      if (scaled[c] > largest) largest = scaled[c];
    }
    if (largest === 0) return 0;
    let sum = 0;
    let reached = 0;
    for (let c = 0; c < channels; c++) {
      shares[c] = toPower(scaled[c] / largest);
      sum += shares[c];
      if (reach[c] > 0) reached += weight[c] / factors[places[c]] ** 2;
    }
    const step = (largest * sum ** (1 / POWER)) / steps;
    const variance = step ** 2 * VARIANCE_OF_STEP;
    for (let c = 0; c < channels; c++) {
      const own = reach[c] > 0 ? weight[c] / factors[places[c]] ** 2 : 0;
      gradient[places[c]] += 2 * variance * ((reached * shares[c]) / sum - own);
    }
    return variance * reached;
  };
}

/** The weights of a linear operator, as a matrix of channels. */
export interface WeightNoise {
  readonly inputs: Places;
  readonly outputs: Places;
  /** The greatest magnitude of the weights that join two channels, `[output, input]`. */
  readonly sizes: Float64Array;
  /** The power of each input channel, summed over the taps that read it. */
  readonly power: Float64Array;
  /** Of all outputs together. */
  readonly outputPower: number;
  /** One scale for all weights, or one for each output. */
  readonly hasOneScale: boolean;
}

/** The sum over input channels of power · factor². */
function scaledPower({ factors }: Point, inputs: Places, power: Float64Array): number {
  let sum = 0;
  for (let c = 0; c < inputs.length; c++) sum += power[c] * factors[inputs[c]] ** 2;
  return sum;
}

function addPowerGradient(
  { factors, gradient }: Point,
  { inputs, power }: WeightNoise,
  noise: number,
  total: number,
): void {
  for (let c = 0; c < inputs.length; c++) {
    gradient[inputs[c]] += (2 * noise * power[c] * factors[inputs[c]] ** 2) / total;
  }
}

function rowNoise(weights: WeightNoise): NoiseTerm {
  const { inputs, outputs, sizes, power, outputPower } = weights;
  const count = inputs.length;
  const scaled = new Float64Array(count);
  const own = new Float64Array(count);
  return (point) => {
    const total = scaledPower(point, inputs, power);
    if (total === 0) return 0;
    const { factors, gradient } = point;
    for (let c = 0; c < count; c++) own[c] = factors[inputs[c]];
    const unit = (total * VARIANCE_OF_STEP) / (WEIGHT_STEPS ** 2 * outputPower);
    let noise = 0;
    for (let o = 0; o < outputs.length; o++) {
      const row = o * count;
      let largest = 0;
      for (let c = 0; c < count; c++) {
        const size = sizes[row + c] / own[c];
        scaled[c] = size;
        if (size > largest) largest = size;
      }
      if (largest === 0) continue;
      let sum = 0;
      for (let c = 0; c < count; c++) {
        const share = toPower(scaled[c] / largest);
        scaled[c] = share;
        sum += share;
      }
      const part = unit * largest ** 2 * sum ** (2 / POWER);
      noise += part;
      const slope = -2 * part;
      for (let c = 0; c < count; c++) gradient[inputs[c]] += (slope * scaled[c]) / sum;
    }
    addPowerGradient(point, weights, noise, total);
    return noise;
  };
}

function tensorNoise(weights: WeightNoise): NoiseTerm {
  const { inputs, outputs, sizes, power, outputPower } = weights;
  const count = inputs.length;
  const rows = new Float64Array(outputs.length);
  const columns = new Float64Array(count);
  const scaled = new Float64Array(sizes.length);
  return (point) => {
    const { factors, gradient } = point;
    const total = scaledPower(point, inputs, power);
    let largest = 0;
    for (let o = 0, at = 0; o < outputs.length; o++) {
      const factor = factors[outputs[o]];
      for (let c = 0; c < count; c++, at++) {
        const size = (sizes[at] * factor) / factors[inputs[c]];
        scaled[at] = size;
        if (size > largest) largest = size;
      }
    }
    if (total === 0 || largest === 0) return 0;
    rows.fill(0);
    columns.fill(0);
    let sum = 0;
    let inverse = 0;
    for (let o = 0, at = 0; o < outputs.length; o++) {
      inverse += 1 / factors[outputs[o]] ** 2;
      for (let c = 0; c < count; c++, at++) {
        const share = toPower(scaled[at] / largest);
        sum += share;
        rows[o] += share;
        columns[c] += share;
      }
    }
    const unit =
      (total * VARIANCE_OF_STEP * largest ** 2 * sum ** (2 / POWER)) / (WEIGHT_STEPS ** 2 * outputPower);
    const noise = unit * inverse;
    for (let c = 0; c < count; c++) gradient[inputs[c]] += (-2 * noise * columns[c]) / sum;
    for (let o = 0; o < outputs.length; o++) {
      const own = unit / factors[outputs[o]] ** 2;
      gradient[outputs[o]] += (2 * noise * rows[o]) / sum - 2 * own;
    }
    addPowerGradient(point, weights, noise, total);
    return noise;
  };
}

/** Weights of one scale round to steps of the greatest of them, whatever their own size. */
export function weightNoise(weights: WeightNoise): NoiseTerm {
  return weights.hasOneScale ? tensorNoise(weights) : rowNoise(weights);
}
