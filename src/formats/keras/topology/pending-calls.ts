/** The calls of a functional model, before it is known in which order they run. */

import { unsupportedError } from '../../../core/errors.ts';
import { callsOf, type LayerReads } from './calls.ts';
import { callKindOf, isModelClass, OPERATION_PREFIX, type RawLayer, returnedStates } from './raw-layer.ts';
import type { TensorReference } from './references.ts';

export interface PendingCall {
  readonly layer: RawLayer;
  readonly node: number;
  readonly reads: LayerReads;
}

/**
 * Every use of every layer. Keras counts the uses of a model inside another from 1, because its own construction was
 * use 0; other layers, and models of some versions, count from 0.
 */
export function pendingCalls(layers: readonly RawLayer[], ends: readonly TensorReference[]): PendingCall[] {
  const computing = layers.filter(({ className }) => className !== 'InputLayer');
  const calls = computing.map((layer) => ({
    layer,
    reads: callsOf(layer.json, `Layer "${layer.name}"`, callKindOf(layer.className)),
  }));
  const highest = new Map<string, number>();
  for (const { layer, node } of [
    ...ends,
    ...calls.flatMap(({ reads }) => reads.flatMap(({ references }) => references)),
  ]) {
    highest.set(layer, Math.max(node, highest.get(layer) ?? 0));
  }
  return calls.flatMap(({ layer, reads }) => {
    const first = isModelClass(layer.className) && highest.get(layer.name) === reads.length ? 1 : 0;
    return reads.map((read, index) => ({ layer, node: first + index, reads: read }));
  });
}

/** Throws `unread-output` (unsupported) where a layer that is there has fewer outputs here than in Keras. */
export function requireMade({ layer: name, tensor }: TensorReference, calls: readonly PendingCall[]): void {
  const maker = calls.find(({ layer }) => layer.name === name)?.layer;
  if (maker === undefined || isModelClass(maker.className) || tensor <= returnedStates(maker)) return;
  throw unsupportedError(
    'unread-output',
    `Output ${tensor + 1} of layer "${name}" (${maker.className}) is used, of which ${returnedStates(maker) + 1} can be read.`,
    'Use its first output alone, or states that LSTM, GRU and SimpleRNN layers in one direction return with return_state.',
  );
}

/** Of which tensor a mask finds the steps of zeros, as Keras 3 writes what Masking computes: any(x ≠ 0) over the last axis. */
export function maskedBy(mask: TensorReference, calls: readonly PendingCall[]): TensorReference {
  const makerOf = ({ layer: name, node: use }: TensorReference, className: string) =>
    calls.find(
      ({ layer, node }) =>
        layer.name === name && node === use && layer.className === `${OPERATION_PREFIX}${className}`,
    );
  const any = makerOf(mask, 'Any');
  const differs = any && makerOf(any.reads.references[0], 'NotEqual');
  const [, than] = differs?.reads.arguments?.positional ?? [];
  if (
    any?.layer.config.value('axis') === -1 &&
    differs !== undefined &&
    than?.kind === 'value' &&
    than.value === 0
  ) {
    return differs.reads.references[0];
  }
  throw unsupportedError(
    'unsupported-mask',
    `A layer is told which steps count by "${mask.layer}", which is no mask of steps of zeros.`,
    'Use a Masking layer with mask_value 0, right in front of the recurrent layers.',
  );
}
