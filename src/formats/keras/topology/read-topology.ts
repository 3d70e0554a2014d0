/**
 * Brings models of Keras 2, Keras 3 and TensorFlow.js into one list of calls: Sequential and Functional, models inside
 * models, layers that are used several times.
 */

import { inputError, unsupportedError } from '../../../core/errors.ts';
import type { JsonObject } from '../../../core/json.ts';
import { inputsOf } from './declared-inputs.ts';
import { type Expansion, expandModel } from './expand.ts';
import type { KerasModel, LayerCall } from './keras-model.ts';
import { isModelClass, layersOf } from './raw-layer.ts';

/** Only what the outputs depend on is kept. */
function needed(calls: readonly LayerCall[], outputs: readonly number[]): LayerCall[] {
  const wanted = new Set(outputs);
  const kept: LayerCall[] = [];
  for (const call of calls.toReversed()) {
    const read = [call.output, ...(call.states ?? [])].findLastIndex((tensor) => wanted.has(tensor));
    if (read < 0) continue;
    const { states, ...alone } = call;
    kept.push(read === 0 ? alone : { ...alone, states: (states as readonly number[]).slice(0, read) });
    for (const input of call.inputs) wanted.add(input);
  }
  return kept.reverse();
}

/** Of the layer that makes the tensor; states have a name behind it. Empty for inputs. */
function nameOf(calls: readonly LayerCall[], tensor: number): string {
  for (const { name, output, states = [] } of calls) {
    if (output === tensor) return name;
    const state = states.indexOf(tensor);
    if (state >= 0) return `${name}/${state === 0 ? 'hidden_state' : 'cell_state'}`;
  }
  return '';
}

/** Throws input errors for damaged descriptions and unsupported errors for models that no list of calls describes. */
export function readTopology(topology: JsonObject): KerasModel {
  const className = topology.class_name ?? topology.className;
  if (typeof className !== 'string' || !isModelClass(className)) {
    throw unsupportedError(
      'model-class',
      `The model is of class ${JSON.stringify(className ?? null)}, and only Sequential and Functional models describe their layers.`,
      'Rebuild the model from Keras layers without subclassing Model.',
    );
  }
  const inputs = inputsOf(className, topology);
  if (inputs === undefined) {
    throw inputError(
      'missing-input-shape',
      `The first layer, "${layersOf(topology)[0].name}", does not tell the shape of the input.`,
      'Give the first layer an input shape, or call the model once before saving it.',
    );
  }
  const expansion: Expansion = { nextTensor: inputs.length, calls: [], uses: new Map() };
  const tensors = expandModel(expansion, className, topology, [], [...inputs.keys()]);
  const outputs = tensors.map((tensor) => ({ name: nameOf(expansion.calls, tensor), tensor }));
  return { inputs, calls: needed(expansion.calls, tensors), outputs };
}
