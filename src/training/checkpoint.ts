/** A training between two epochs, as bytes: what goes on from them comes to the bytes of one that was never stopped. */

import type { NamedWeight } from '../core/float-model.ts';
import type { Shape } from '../core/tensor.ts';
import type { EpochRecord } from './trainer.ts';

/** What an engine carries from one epoch to the next. */
export interface SessionState {
  /** Weights and what the optimizer gathers. */
  readonly arrays: readonly Float32Array[];
  /** Steps that were taken, and where streams of random numbers stand. */
  readonly numbers: readonly number[];
}

/** When to stop early: the validation loss that has to be undercut, and for how many epochs it was not. */
export interface Patience {
  /** Infinity before the first epoch. */
  readonly reference: number;
  readonly since: number;
}

export interface BestEpoch {
  readonly epoch: number;
  readonly valLoss: number;
  readonly weights: readonly NamedWeight[];
}

export interface Checkpoint {
  readonly history: readonly EpochRecord[];
  readonly best: BestEpoch;
  readonly patience: Patience;
  readonly session: SessionState;
}

/** The checkpoint without its float32 arrays, of which the lengths are told. */
interface Head {
  readonly history: readonly EpochRecord[];
  readonly best: Pick<BestEpoch, 'epoch' | 'valLoss'>;
  readonly weights: readonly { readonly name: string; readonly shape: Shape; readonly length: number }[];
  /** Without `reference` where that is infinite. */
  readonly patience: { readonly reference?: number; readonly since: number };
  readonly numbers: readonly number[];
  readonly lengths: readonly number[];
}

const LENGTH_BYTES = 4;

export function encodeCheckpoint({ history, best, patience, session }: Checkpoint): Uint8Array {
  const head: Head = {
    history,
    best: { epoch: best.epoch, valLoss: best.valLoss },
    weights: best.weights.map(({ name, shape, data }) => ({ name, shape, length: data.length })),
    patience: Number.isFinite(patience.reference) ? patience : { since: patience.since },
    numbers: session.numbers,
    lengths: session.arrays.map(({ length }) => length),
  };
  const text = new TextEncoder().encode(JSON.stringify(head));
  const arrays = [...best.weights.map(({ data }) => data), ...session.arrays];
  const bytes = new Uint8Array(
    arrays.reduce((sum, { byteLength }) => sum + byteLength, LENGTH_BYTES + text.length),
  );
  new DataView(bytes.buffer).setUint32(0, text.length);
  bytes.set(text, LENGTH_BYTES);
  let at = LENGTH_BYTES + text.length;
  for (const { buffer, byteOffset, byteLength } of arrays) {
    bytes.set(new Uint8Array(buffer, byteOffset, byteLength), at);
    at += byteLength;
  }
  return bytes;
}

/** Of bytes that `encodeCheckpoint` made; whoever keeps them verifies that they are. */
export function decodeCheckpoint(bytes: Uint8Array): Checkpoint {
  const length = new DataView(bytes.buffer, bytes.byteOffset).getUint32(0);
  const text = new TextDecoder().decode(bytes.subarray(LENGTH_BYTES, LENGTH_BYTES + length));
  // JSON has no NaN, which a metric may be.
  const head = JSON.parse(text, (_, value: unknown) => (value === null ? Number.NaN : value)) as Head;
  let at = LENGTH_BYTES + length;
  const take = (count: number): Float32Array => {
    const start = at;
    at += count * Float32Array.BYTES_PER_ELEMENT;
    return new Float32Array(Uint8Array.from(bytes.subarray(start, at)).buffer);
  };
  const weights = head.weights.map((weight) => ({
    name: weight.name,
    shape: weight.shape,
    data: take(weight.length),
  }));
  return {
    history: head.history,
    best: { ...head.best, weights },
    patience: { reference: Number.POSITIVE_INFINITY, ...head.patience },
    session: { arrays: head.lengths.map(take), numbers: head.numbers },
  };
}
