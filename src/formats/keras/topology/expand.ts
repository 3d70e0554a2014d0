/** Models inside models and layers that are used several times, as one list of calls. */

import { counted } from '../../../core/figure-text.ts';
import { given } from '../../../core/given.ts';
import { isJsonObject, type JsonObject } from '../../../core/json.ts';
import type { CallArguments } from './arguments.ts';
import { endsIn } from './declared-inputs.ts';
import type { LayerCall } from './keras-model.ts';
import { maskedBy, type PendingCall, pendingCalls, requireMade } from './pending-calls.ts';
import { isModelClass, layersOf, MAX_CALLS, type RawLayer, returnedStates } from './raw-layer.ts';
import { damagedTopology, type TensorReference } from './references.ts';

/** Collects the calls of a model and of those inside it. */
export interface Expansion {
  /** The number of the next tensor that a layer makes. */
  nextTensor: number;
  readonly calls: LayerCall[];
  /** How often each path was used. */
  readonly uses: Map<string, number>;
}

function append(
  expansion: Expansion,
  layer: RawLayer,
  path: readonly string[],
  inputs: readonly number[],
  {
    callArguments,
    masked,
  }: { readonly callArguments?: CallArguments; readonly masked?: LayerCall['masked'] } = {},
): number[] {
  if (isModelClass(layer.className)) return expandModel(expansion, layer.className, layer.json, path, inputs);
  if (expansion.calls.length >= MAX_CALLS) throw damagedTopology(`it calls more than ${MAX_CALLS} layers`);
  const joined = path.join('/');
  const earlier = expansion.uses.get(joined) ?? 0;
  expansion.uses.set(joined, earlier + 1);
  const output = expansion.nextTensor++;
  const states = Array.from({ length: returnedStates(layer) }, () => expansion.nextTensor++);
  expansion.calls.push({
    name: earlier === 0 ? joined : `${joined}:${earlier}`,
    path,
    className: layer.className,
    config: layer.config,
    inputs,
    ...(callArguments === undefined ? {} : { arguments: callArguments }),
    ...(masked === undefined ? {} : { masked }),
    output,
    ...(states.length === 0 ? {} : { states }),
  });
  return [output, ...states];
}

function expandSequential(
  expansion: Expansion,
  model: JsonObject,
  path: readonly string[],
  inputs: readonly number[],
): number[] {
  return layersOf(model)
    .filter(({ className }) => className !== 'InputLayer')
    .reduce<number[]>(
      (previous, layer) => {
        const made = append(expansion, layer, [...path, layer.name], previous);
        // Layers behind one another hand on one tensor.
        return isModelClass(layer.className) ? made : made.slice(0, 1);
      },
      [...inputs],
    );
}

const keyOf = ({ layer, node, tensor }: TensorReference): string => `${layer}\n${node}\n${tensor}`;

/** No tensor has this number. */
const NOT_MADE = -1;

function toldBy(
  { mask }: PendingCall['reads'],
  pending: readonly PendingCall[],
  tensors: ReadonlyMap<string, number>,
): LayerCall['masked'] {
  if (mask === undefined) return undefined;
  return mask === null ? 'none' : (tensors.get(keyOf(maskedBy(mask, pending))) ?? NOT_MADE);
}

function expandFunctional(
  expansion: Expansion,
  model: JsonObject,
  path: readonly string[],
  inputs: readonly number[],
): number[] {
  const { config } = model;
  if (!isJsonObject(config)) throw damagedTopology('it has no "config"');
  const starts = endsIn(config, 'input');
  const ends = endsIn(config, 'output');
  if (starts.length !== inputs.length) {
    throw damagedTopology(`a model of ${counted(starts.length, 'input')} is called with ${inputs.length}`);
  }
  const tensors = new Map(starts.map((start, index) => [keyOf(start), inputs[index]]));
  const pending = pendingCalls(layersOf(model), ends);
  let waiting = pending;
  while (waiting.length > 0) {
    const blocked: PendingCall[] = [];
    for (const call of waiting) {
      const ids = call.reads.references.map((reference) => tensors.get(keyOf(reference)));
      if (ids.some((id) => id === undefined)) {
        blocked.push(call);
        continue;
      }
      const { layer, node } = call;
      const outputs = append(
        expansion,
        layer,
        [...path, layer.name],
        ids as number[],
        given({
          callArguments: call.reads.arguments,
          masked: toldBy(call.reads, pending, tensors),
        }),
      );
      for (const [tensor, id] of outputs.entries())
        tensors.set(keyOf({ layer: layer.name, node, tensor }), id);
    }
    if (blocked.length === waiting.length) {
      for (const { reads } of blocked) for (const read of reads.references) requireMade(read, pending);
      throw damagedTopology(`layer "${blocked[0].layer.name}" reads what no layer makes`);
    }
    waiting = blocked;
  }
  return ends.map((end) => {
    const id = tensors.get(keyOf(end));
    if (id === undefined) requireMade(end, pending);
    if (id === undefined) throw damagedTopology(`its output layer "${end.layer}" does not exist`);
    return id;
  });
}

export function expandModel(
  expansion: Expansion,
  className: string,
  model: JsonObject,
  path: readonly string[],
  inputs: readonly number[],
): number[] {
  return className === 'Sequential'
    ? expandSequential(expansion, model, path, inputs)
    : expandFunctional(expansion, model, path, inputs);
}
