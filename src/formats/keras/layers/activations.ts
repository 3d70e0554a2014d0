/** Layers that are an activation by themselves. */

import { ACTIVATION_LAYERS, type Activation, activationNamed, activationOf } from '../activation.ts';
import { type LayerContext, type LayerImporter, type LayerValue, positiveAxis } from '../layer.ts';
import { alongLast } from './along-last.ts';

/** Of a function of rows the last axis may have another length. */
export function applied(
  layer: LayerContext,
  { id, shape }: LayerValue,
  activation: Pick<Activation, 'apply'>,
): LayerValue {
  const made = activation.apply(layer, '', id);
  return { id: made, shape: [...shape.slice(0, -1), ...layer.shapeOf(made).slice(-1)] };
}

export function importActivation(layer: LayerContext): LayerValue {
  return applied(layer, layer.inputs[0], activationOf(layer.config));
}

/** An importer of one of the activation layers. */
export function activationLayer(className: string): LayerImporter {
  return (layer) => applied(layer, layer.inputs[0], ACTIVATION_LAYERS[className](layer.config));
}

/** Over all elements of the axes that it names. */
export function importSoftmax(layer: LayerContext): LayerValue {
  const [value] = layer.inputs;
  const axes = (layer.config.numbers('axis') ?? [-1]).map((axis) => positiveAxis(axis, value.shape.length));
  return alongLast(layer, value, axes, (part, id) => activationNamed('softmax').apply(layer, part, id));
}

export function importPReLU(layer: LayerContext): LayerValue {
  const [{ id, shape }] = layer.inputs;
  const shared = layer.config.numbers('shared_axes') ?? [];
  const alphaShape = shape.slice(1).map((size, index) => (shared.includes(index + 1) ? 1 : size));
  const alpha = layer.weight('alpha', alphaShape);
  return { id: layer.add('prelu', '', {}, [id, layer.constant('alpha', alphaShape, alpha.data)]), shape };
}
