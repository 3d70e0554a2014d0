/**
 * Makes a trained network easier to quantize without changing what it computes. A unit behind ReLU may have its
 * incoming weights and bias divided, and its outgoing weights multiplied, by any positive number; choosing it so that
 * the largest incoming and outgoing weights are alike lets one int8 scale serve all units of a layer.
 * Source: Nagel et al. 2019, "Data-Free Quantization Through Weight Equalization and Bias Correction", section 4.1.
 */

import type { FloatModel, NamedWeight } from '../core/float-model.ts';
import { isJsonObject, type JsonValue } from '../core/json.ts';

interface DenseLayer {
  readonly name: string;
  readonly isRelu: boolean;
}

/** The Dense layers of a Sequential model; `undefined` stands for a layer that units cannot be scaled across. */
function denseChain({ topology }: FloatModel): (DenseLayer | undefined)[] {
  const config = topology.config;
  const layers: JsonValue = isJsonObject(config) ? (config.layers ?? []) : [];
  if (!Array.isArray(layers)) return [];
  return (layers as readonly JsonValue[]).flatMap((layer) => {
    if (!isJsonObject(layer) || !isJsonObject(layer.config)) return [undefined];
    if (layer.class_name === 'Dropout') return [];
    if (layer.class_name !== 'Dense') return [undefined];
    return [{ name: String(layer.config.name), isRelu: layer.config.activation === 'relu' }];
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
  const chain = denseChain(model);
  for (let index = 0; index + 1 < chain.length; index++) {
    const [first, second] = [chain[index], chain[index + 1]];
    if (first?.isRelu !== true || second === undefined) continue;
    const kernel = named.get(`${first.name}/kernel`);
    const next = named.get(`${second.name}/kernel`);
    if (kernel === undefined || next === undefined) continue;
    equalizePair(kernel, named.get(`${first.name}/bias`), next);
  }
  return { topology: model.topology, weights };
}
