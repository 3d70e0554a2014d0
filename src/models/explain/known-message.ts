/** A message of TensorFlow Lite Micro, of a compiler or of a board, and what is to be said about it. */

import { shellWord } from '../../core/shell-word.ts';
import type { ModelHelp } from './model-help.ts';

export interface Explanation {
  /** What happened, with the numbers of the message. */
  readonly cause: string;
  /** What to do about it. */
  readonly cure: string;
  /** Source that cures it; only where a model was given. */
  readonly code?: string;
}

/** Named groups of the pattern. */
export type Found = Readonly<Record<string, string | undefined>>;

export interface KnownMessage {
  /** kebab-case and permanent. */
  readonly id: string;
  readonly title: string;
  /** Looks at a line and the beginning of the next one. Every repetition in it is bounded. */
  readonly pattern: RegExp;
  /** As it is printed. */
  readonly example: string;
  /** Printed after another message, which says more. */
  readonly consequence?: true;
  explain(found: Found, model: ModelHelp | undefined): Explanation;
}

/** The model where one was given, as a word of a command, otherwise what the command takes for it. */
export function nameOf(model: ModelHelp | undefined): string {
  return model === undefined ? 'MODEL' : shellWord(model.name);
}

/** The way to a model that every kernel takes. */
export function convertToInt8(model: ModelHelp | undefined): string {
  return `Convert the model to full int8: tinyml convert MODEL --int8 --calibration inputs.npy -o model.tflite, where MODEL is the float model${model === undefined ? '' : ` that ${model.name} was made of`}.`;
}

/** `code` as a member that is absent where there is none. */
export function withCode(cause: string, cure: string, code: string | undefined): Explanation {
  return code === undefined ? { cause, cure } : { cause, cure, code };
}
