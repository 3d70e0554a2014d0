/** Which layers the engine compiles, and how a topology becomes one plan. */

import type { NamedWeight } from '../../core/float-model.ts';
import type { JsonObject } from '../../core/json.ts';
import { createRandom } from '../../core/random.ts';
import { elementCount } from '../../core/tensor.ts';
import { inputAt } from '../layer-inputs.ts';
import type { LayerSpec } from '../layer-table.ts';
import {
  readerCounts,
  readTopology,
  type TopologyLayer,
  topologyInputs,
  topologyOutputs,
} from '../topology.ts';
import { compileActivation, compileRelu, compileSoftmax } from './layers/activation.ts';
import { compileDropout, compileReshape } from './layers/arrange.ts';
import { compileBatchNorm } from './layers/batch-norm.ts';
import { compileConv1d, compileConv2d, compileDepthwise, compileSeparable } from './layers/convolution.ts';
import { compileDense } from './layers/dense.ts';
import type { CompileLayer, LayerContext } from './layers/layer.ts';
import { compileAdd, compileConcatenate } from './layers/merge.ts';
import { compileGlobalPool, compilePool, compileZeroPadding } from './layers/pooling.ts';
import { compileGru } from './layers/recurrent/gru.ts';
import { compileLstm } from './layers/recurrent/lstm.ts';
import { compileSimpleRnn } from './layers/recurrent/simple-rnn.ts';
import { planInputs } from './plan-inputs.ts';
import { findRectifiers } from './rectifiers.ts';
import { type Slot, StepPlan, type Weight } from './step-plan.ts';
import { Values } from './values.ts';

type CompiledLayers = {
  readonly [Type in LayerSpec['type']]: CompileLayer<Extract<LayerSpec, { readonly type: Type }>>;
};

/** Total: a layer that a project file may name is trained here too. */
const COMPILED_LAYERS: CompiledLayers = {
  Dense: compileDense,
  Activation: compileActivation,
  ReLU: compileRelu,
  Softmax: compileSoftmax,
  Flatten: compileReshape,
  Reshape: compileReshape,
  Dropout: compileDropout,
  Conv1D: compileConv1d,
  Conv2D: compileConv2d,
  DepthwiseConv2D: compileDepthwise,
  SeparableConv2D: compileSeparable,
  MaxPooling1D: compilePool('max', 1),
  MaxPooling2D: compilePool('max', 2),
  AveragePooling1D: compilePool('average', 1),
  AveragePooling2D: compilePool('average', 2),
  GlobalMaxPooling1D: compileGlobalPool('max'),
  GlobalMaxPooling2D: compileGlobalPool('max'),
  GlobalAveragePooling1D: compileGlobalPool('average'),
  GlobalAveragePooling2D: compileGlobalPool('average'),
  ZeroPadding2D: compileZeroPadding,
  BatchNormalization: compileBatchNorm,
  LSTM: compileLstm,
  GRU: compileGru,
  SimpleRNN: compileSimpleRnn,
  Add: compileAdd,
  Concatenate: compileConcatenate,
};

/** Weights that statistics move, not gradients. */
export function isMoving(name: string): boolean {
  return name === 'moving_mean' || name === 'moving_variance';
}

/** Weights that are learned lie in one piece, and so do their gradients: an update is one call. */
export interface Parameters {
  readonly address: number;
  readonly gradients: number;
  readonly count: number;
}

export interface CompiledModel {
  readonly plan: StepPlan;
  readonly input: Slot;
  /** In the order of the topology's; where there are several, each has a gradient that its loss writes. */
  readonly outputs: readonly Slot[];
  readonly parameters: Parameters;
  /** By `layer/weight`, in the order of the layers. */
  readonly weights: ReadonlyMap<string, Weight>;
}

function placeWeights(
  plan: StepPlan,
  layers: readonly TopologyLayer[],
): { parameters: Parameters; weights: Map<string, Weight> } {
  const all = layers.flatMap(({ name, weights }) =>
    weights.map((weight) => ({
      name: `${name}/${weight.name}`,
      shape: weight.shape,
      size: elementCount(weight.shape),
      learned: !isMoving(weight.name),
    })),
  );
  const count = all.reduce((sum, { size, learned }) => sum + (learned ? size : 0), 0);
  const parameters = { address: plan.keep(count), gradients: plan.reserve(count), count };
  let bytes = 0;
  const weights = all.map(({ name, shape, size, learned }): readonly [string, Weight] => {
    if (!learned) return [name, { shape, size, address: plan.keep(size) }];
    const offset = bytes;
    bytes += size * Float32Array.BYTES_PER_ELEMENT;
    const [address, gradient] = [parameters.address + offset, parameters.gradients + offset];
    return [name, { shape, size, address, gradient }];
  });
  return { parameters, weights: new Map(weights) };
}

/** Plans the step of a model for batches of at most `rows` samples. */
export function compileModel(topology: JsonObject, rows: number, seed: number): CompiledModel {
  const layers = readTopology(topology);
  const plan = new StepPlan(rows);
  const { parameters, weights } = placeWeights(plan, layers);
  const ends = topologyOutputs(topology);
  const counts = readerCounts(layers, ends);
  const rectifiers = findRectifiers(layers, counts);
  const { input, parts } = planInputs(plan, topologyInputs(topology));
  const values = new Values(plan);
  for (const [index, { name, spec, inputs: positions, outputShape }] of layers.entries()) {
    const inputs = positions.map((position) => {
      const ofModel = inputAt(position);
      return ofModel === undefined ? values.take(position) : parts[ofModel];
    });
    const compile = COMPILED_LAYERS[spec.type] as CompileLayer<LayerSpec>;
    const context: LayerContext = {
      plan,
      input: inputs[0],
      inputs,
      outputShape,
      rectifier: rectifiers.of.get(index) ?? 'linear',
      isPooled: rectifiers.pooled.has(index),
      weight: (part) => weights.get(`${name}/${part}`) as Weight,
      random: createRandom(seed, `dropout:${name}`),
    };
    const output = rectifiers.absorbed.has(index) ? inputs[0] : compile(spec, context);
    values.place(output, counts[index]);
    values.release(positions.filter((position) => inputAt(position) === undefined));
  }
  const outputs = ends.map((position) => values.take(position));
  return { plan, input, outputs, parameters, weights };
}

export function readWeights(model: CompiledModel, floats: Float32Array): NamedWeight[] {
  return [...model.weights].map(([name, { shape, size, address }]) => ({
    name,
    shape,
    data: floats.slice(address / 4, address / 4 + size),
  }));
}

export function writeWeights(
  model: CompiledModel,
  floats: Float32Array,
  named: readonly NamedWeight[],
): void {
  for (const { name, data } of named) floats.set(data, (model.weights.get(name)?.address ?? 0) / 4);
}
