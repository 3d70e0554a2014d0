/** What the main thread and its workers say to each other. Blocks change hands without a copy. */

import { type ErrorKind, TinymlError } from '../../../core/errors.ts';
import type { WorkKind, WorkResults } from './record-work.ts';

/** Records to work on. Whoever holds the memory may write into it. */
export interface BlockMessage {
  /** The block's first record. */
  readonly start: number;
  readonly rows: number;
  readonly block: ArrayBuffer;
}

/** An error as it survives the way between threads, which strips it of its class. */
export interface Failure {
  readonly kind: ErrorKind;
  readonly code: string;
  readonly message: string;
  readonly hint: string | undefined;
  readonly stack: string | undefined;
}

/**
 * What a thread says: `ready` once it has loaded, then each block with its result, in any order, in memory that the
 * thread does not use again; or that a block failed, which ends the work of all.
 */
export type Answer<Kind extends WorkKind> =
  | { readonly event: 'ready' }
  | (BlockMessage & { readonly event: 'done'; readonly result: WorkResults[Kind] })
  | { readonly event: 'failed'; readonly failure: Failure };

export function toFailure(error: unknown): Failure {
  if (error instanceof TinymlError) {
    const { kind, code, message, hint, stack } = error;
    return { kind, code, message, hint, stack };
  }
  const { message, stack } = error instanceof Error ? error : new Error(String(error));
  return { kind: 'internal', code: 'internal', message, hint: undefined, stack };
}

export function fromFailure({ kind, code, message, hint, stack }: Failure): Error {
  const error = kind === 'internal' ? new Error(message) : new TinymlError(kind, code, message, hint);
  if (stack !== undefined) error.stack = stack;
  return error;
}
