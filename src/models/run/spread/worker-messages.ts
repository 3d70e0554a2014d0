/** What the main thread and its workers say to each other. Blocks change hands without a copy. */

import { type ErrorKind, TinymlError } from '../../../core/errors.ts';
import type { WorkKind, WorkResults } from './record-work.ts';

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
