/** How each Keras layer becomes operators. A new layer is one function and one row of the table. */

import { inputError, unsupportedError } from '../../core/errors.ts';
import type { NamedWeight } from '../../core/float-model.ts';
import { elementCount, formatShape, type Shape } from '../../core/tensor.ts';
import type { GraphBuilder } from '../../ir/builder.ts';
import type { ValueId } from '../../ir/graph.ts';
import type { FusedActivation } from '../../ops/activation.ts';
import type { LayerConfig } from './config.ts';

/** One layer about to be imported. Errors thrown by importers get the layer's name in front. */
export interface LayerContext {
  readonly name: string;
  readonly config: LayerConfig;
  readonly builder: GraphBuilder;
  /** The values it reads; at least one. */
  readonly inputs: readonly ValueId[];
  /** The weight of that name; refuses a missing one and one of another shape. */
  weight(name: string, shape: Shape): NamedWeight;
}

/** Appends the layer's nodes and returns its output, which may be its input where nothing is left to compute. */
export type LayerImporter = (layer: LayerContext) => ValueId;

function shapeOf({ builder }: LayerContext, id: ValueId): Shape {
  return builder.typeOf(id).shape;
}

/** Activations that are operators of their own; each reads one value. */
const ACTIVATION_NODES: Readonly<
  Record<string, (layer: LayerContext, nodeName: string, input: ValueId) => ValueId>
> = {
  linear: (_, __, input) => input,
  relu: ({ builder }, nodeName, input) => builder.add('relu', nodeName, {}, [input]),
  relu6: ({ builder }, nodeName, input) => builder.add('relu6', nodeName, {}, [input]),
  sigmoid: ({ builder }, nodeName, input) => builder.add('logistic', nodeName, {}, [input]),
  tanh: ({ builder }, nodeName, input) => builder.add('tanh', nodeName, {}, [input]),
  softmax: ({ builder }, nodeName, input) => builder.add('softmax', nodeName, { beta: 1 }, [input]),
};

/** Activations that the operator before them computes on the way. */
const FUSED: Readonly<Record<string, FusedActivation>> = { linear: 'none', relu: 'relu', relu6: 'relu6' };

function addActivation(layer: LayerContext, activation: string, nodeName: string, input: ValueId): ValueId {
  if (!Object.hasOwn(ACTIVATION_NODES, activation)) {
    throw unsupportedError(
      'unsupported-activation',
      `the activation "${activation}" cannot be converted.`,
      `Use one of ${Object.keys(ACTIVATION_NODES).join(', ')}.`,
    );
  }
  return ACTIVATION_NODES[activation](layer, nodeName, input);
}

/** Keras' [depth, units] as TFLite's [units, depth]. */
function transposed(kernel: Float32Array, depth: number, units: number): Float32Array {
  const weights = new Float32Array(kernel.length);
  for (let unit = 0; unit < units; unit++) {
    for (let i = 0; i < depth; i++) weights[unit * depth + i] = kernel[i * units + unit];
  }
  return weights;
}

function importDense(layer: LayerContext): ValueId {
  const { builder, config, inputs, name } = layer;
  const units = config.integer('units');
  const inputShape = shapeOf(layer, inputs[0]);
  const depth = inputShape[inputShape.length - 1];
  const kernel = layer.weight('kernel', [depth, units]);
  const weights = builder.constant(
    kernel.name,
    { dtype: 'float32', shape: [units, depth] },
    transposed(kernel.data, depth, units),
  );
  const operands = [inputs[0], weights];
  if (config.boolean('use_bias', true)) {
    const bias = layer.weight('bias', [units]);
    operands.push(builder.constant(bias.name, { dtype: 'float32', shape: [units] }, bias.data));
  }
  const activation = config.activation();
  const fused = Object.hasOwn(FUSED, activation) ? FUSED[activation] : undefined;
  const attributes = { activation: fused ?? 'none', keepNumDims: inputShape.length > 2 };
  const sums = builder.add('fully_connected', name, attributes, operands);
  return fused === undefined ? addActivation(layer, activation, `${name}/${activation}`, sums) : sums;
}

function importActivation(layer: LayerContext): ValueId {
  return addActivation(layer, layer.config.activation(), layer.name, layer.inputs[0]);
}

function importReLU(layer: LayerContext): ValueId {
  const { config, name, inputs } = layer;
  const maxValue = config.number('max_value', Infinity);
  const slope = config.number('negative_slope', 0);
  const threshold = config.number('threshold', 0);
  if ((maxValue !== 6 && maxValue !== Infinity) || slope !== 0 || threshold !== 0) {
    throw unsupportedError(
      'unsupported-relu',
      'only a ReLU with "max_value" 6 or none, "negative_slope" 0 and "threshold" 0 can be converted.',
      'Use ReLU() or ReLU(max_value=6).',
    );
  }
  return addActivation(layer, maxValue === 6 ? 'relu6' : 'relu', name, inputs[0]);
}

function importSoftmax(layer: LayerContext): ValueId {
  const rank = shapeOf(layer, layer.inputs[0]).length;
  const axis = layer.config.value('axis') === undefined ? -1 : layer.config.integer('axis');
  if (axis !== -1 && axis !== rank - 1) {
    throw unsupportedError(
      'unsupported-softmax',
      `it works along axis ${axis}, and TensorFlow Lite Micro only along the last one.`,
      'Put the classes last.',
    );
  }
  return addActivation(layer, 'softmax', layer.name, layer.inputs[0]);
}

function reshape(layer: LayerContext, newShape: Shape): ValueId {
  const [input] = layer.inputs;
  const present = shapeOf(layer, input);
  if (present.length === newShape.length && present.every((size, axis) => size === newShape[axis]))
    return input;
  return layer.builder.add('reshape', layer.name, { newShape }, [input]);
}

function importFlatten(layer: LayerContext): ValueId {
  const shape = shapeOf(layer, layer.inputs[0]);
  if (
    shape.length > 2 &&
    layer.config.string('data_format', 'channels_last').replace('F', '_f') === 'channels_first'
  ) {
    throw unsupportedError(
      'channels-first',
      'it flattens channels first, which would need a transposition.',
      'Use data_format "channels_last".',
    );
  }
  return reshape(layer, [1, elementCount(shape)]);
}

function importReshape(layer: LayerContext): ValueId {
  const target = layer.config.integers('target_shape');
  const input = shapeOf(layer, layer.inputs[0]);
  const available = elementCount(input);
  const known = elementCount(target.filter((dimension) => dimension !== -1));
  const newShape = target.map((dimension) => (dimension === -1 ? available / known : dimension));
  const valid = newShape.every((dimension) => Number.isSafeInteger(dimension) && dimension > 0);
  if (!valid || elementCount(newShape) !== available) {
    throw inputError(
      'layer-shape',
      `its input of shape ${formatShape(input)} cannot become ${formatShape(target)}.`,
    );
  }
  return reshape(layer, [1, ...newShape]);
}

/** Layers that work during training only. */
function importNothing({ inputs }: LayerContext): ValueId {
  return inputs[0];
}

/** One row for each Keras class name. */
export const LAYER_IMPORTERS: Readonly<Record<string, LayerImporter>> = {
  Activation: importActivation,
  ActivityRegularization: importNothing,
  AlphaDropout: importNothing,
  Dense: importDense,
  Dropout: importNothing,
  Flatten: importFlatten,
  GaussianDropout: importNothing,
  GaussianNoise: importNothing,
  ReLU: importReLU,
  Reshape: importReshape,
  Softmax: importSoftmax,
  SpatialDropout1D: importNothing,
  SpatialDropout2D: importNothing,
  SpatialDropout3D: importNothing,
};
