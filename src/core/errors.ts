/** Errors that people read. Their kind alone decides the exit code; codes are kebab-case and permanent. */

/** Whose mistake it is: the command line's, a file's, nobody's (unsupported, mismatch), the machine's, tinyml's, or an interruption. */
export type ErrorKind =
  | 'usage'
  | 'input'
  | 'unsupported'
  | 'mismatch'
  | 'environment'
  | 'internal'
  | 'interrupted';

/** What the command line ends with, by kind. */
export const EXIT_CODES: Readonly<Record<ErrorKind, number>> = {
  usage: 2,
  input: 3,
  unsupported: 4,
  mismatch: 5,
  environment: 6,
  internal: 70,
  interrupted: 130,
};

/** One sentence saying what happened and where, and a hint saying what to do next. */
export class TinymlError extends Error {
  readonly kind: ErrorKind;
  readonly code: string;
  readonly hint: string | undefined;

  constructor(kind: ErrorKind, code: string, message: string, hint?: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = 'TinymlError';
    this.kind = kind;
    this.code = code;
    this.hint = hint;
  }
}

const BUG_HINT = 'This is a bug in tinyml; please report it with the command and the model.';

type ErrorFactory = (code: string, message: string, hint?: string, cause?: unknown) => TinymlError;

const factory =
  (kind: ErrorKind): ErrorFactory =>
  (code, message, hint, cause) =>
    new TinymlError(kind, code, message, hint, cause);

/** The command line or the options are wrong (exit 2). */
export const usageError = factory('usage');
/** A file or its content is wrong (exit 3). */
export const inputError = factory('input');
/** The input is valid, but tinyml or the target cannot do it (exit 4). */
export const unsupportedError = factory('unsupported');
/** Two things that should agree do not, or a check failed (exit 5). */
export const mismatchError = factory('mismatch');
/** The machine refuses: disk, permissions, a missing program (exit 6). */
export const environmentError = factory('environment');
/** tinyml made something that it must not make: a bug of its own (exit 70). */
export const internalError = (code: string, message: string, cause?: unknown): TinymlError =>
  new TinymlError('internal', code, message, BUG_HINT, cause);
/** The user stopped the command (exit 130). */
export const interruptedError = factory('interrupted');

function inContext(prefix: string, error: unknown): unknown {
  if (!(error instanceof TinymlError)) return error;
  return new TinymlError(error.kind, error.code, `${prefix}: ${error.message}`, error.hint, error);
}

/** Runs `body`; a TinymlError leaving it gets `prefix` in front of its message (a file, a layer). */
export function withErrorContext<T>(prefix: string, body: () => T): T {
  try {
    return body();
  } catch (error) {
    throw inContext(prefix, error);
  }
}

/** The same for a body that takes its time. */
export async function withAsyncErrorContext<T>(prefix: string, body: () => Promise<T>): Promise<T> {
  try {
    return await body();
  } catch (error) {
    throw inContext(prefix, error);
  }
}

/** What a body gave, or why tinyml or the target cannot do it, as the end of a sentence. */
export type Attempt<T> = { readonly value: T } | { readonly refusal: string };

function refused(error: unknown): { readonly refusal: string } {
  if (!(error instanceof TinymlError && error.kind === 'unsupported')) throw error;
  return { refusal: error.message.replace(/\.$/, '') };
}

/** Runs `body`, for those who go on without what is unsupported. Every other error leaves it as it is. */
export function attempt<T>(body: () => T): Attempt<T> {
  try {
    return { value: body() };
  } catch (error) {
    return refused(error);
  }
}

/** The same for a body that takes its time. */
export async function attemptAsync<T>(body: () => Promise<T>): Promise<Attempt<T>> {
  try {
    return { value: await body() };
  } catch (error) {
    return refused(error);
  }
}
