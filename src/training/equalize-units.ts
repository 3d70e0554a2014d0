/**
 * Makes a trained network easier to quantize without changing what it computes. A unit behind ReLU may have its
 * incoming weights and bias divided, and its outgoing weights multiplied, by any positive number; choosing it so that
 * the largest incoming and outgoing weights are alike lets one int8 scale serve all units of a layer.
 * Source: Nagel et al. 2019, "Data-Free Quantization Through Weight Equalization and Bias Correction", section 4.1.
 */

import type { FloatModel, NamedWeight } from '../core/float-model.ts';
import { MODEL_INPUT } from './layer-inputs.ts';
import { readerCounts, readTopology } from './topology.ts';

/**
 * The Dense layers, by name, between which units can be scaled: the first has ReLU units, and whatever reads them, if
 * only through Dropout, is the second alone.
 */
function densePairs({ topology }: FloatModel): (readonly [string, string])[] {
  const layers = readTopology(topology);
  const readers = readerCounts(layers);
  return layers.flatMap((second): readonly (readonly [string, string])[] => {
    if (second.spec.type !== 'Dense') return [];
    let [position] = second.inputs;
    const isReadOnce = (): boolean => position !== MODEL_INPUT && readers[position] === 1;
    while (isReadOnce() && layers[position].spec.type === 'Dropout') [position] = layers[position].inputs;
    if (!isReadOnce()) return [];
    const { name, spec } = layers[position];
    return spec.type === 'Dense' && spec.activation === 'relu' ? [[name, second.name]] : [];
  });
}

/** Largest magnitude of a unit's column (incoming) or row (outgoing). */
function largest(kernel: NamedWeight, start: number, step: number, count: number): number {
  let most = 0;
  for (let i = 0; i < count; i++) most = Math.max(most, Math.abs(kernel.data[start + i * step]));
  return most;
}

function scale(data: Float32Array, start: number, step: number, count: number, factor: number): void {
  for (let i = 0; i < count; i++) data[start + i * step] *= factor;
}

/** One pair: first.kernel [inputs, units], first.bias [units], second.kernel [units, outputs], changed in place. */
function equalizePair(kernel: NamedWeight, bias: NamedWeight | undefined, next: NamedWeight): void {
  const [inputs, units] = kernel.shape;
  const outputs = next.shape[1];
  for (let unit = 0; unit < units; unit++) {
    const incoming = largest(kernel, unit, units, inputs);
    const outgoing = largest(next, unit * outputs, 1, outputs);
    if (incoming === 0 || outgoing === 0) continue;
    const factor = Math.sqrt(incoming / outgoing);
    scale(kernel.data, unit, units, inputs, 1 / factor);
    if (bias !== undefined) scale(bias.data, unit, 1, 1, 1 / factor);
    scale(next.data, unit * outputs, 1, outputs, factor);
  }
}

/** The same function with equalized units; models without a Dense layer behind a ReLU one come back as they are. */
export function equalizeUnits(model: FloatModel): FloatModel {
  const weights = model.weights.map((weight) => ({ ...weight, data: weight.data.slice() }));
  const named = new Map(weights.map((weight) => [weight.name, weight]));
  for (const [first, second] of densePairs(model)) {
    const kernel = named.get(`${first}/kernel`);
    const next = named.get(`${second}/kernel`);
    if (kernel === undefined || next === undefined) continue;
    equalizePair(kernel, named.get(`${first}/bias`), next);
  }
  return { topology: model.topology, weights };
}
