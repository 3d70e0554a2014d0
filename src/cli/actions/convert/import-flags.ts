/** What commands may be told of how a model file is to be read. */

import { given } from '../../../core/given.ts';
import type { Shape } from '../../../core/tensor.ts';
import type { ImportWishes } from '../../../formats/importer.ts';
import { isStepChoice, type RecurrentChoice } from './recurrent-choice.ts';

export interface ImportFlags {
  readonly shape?: ReadonlyMap<string, Shape>;
  readonly keepLayout?: boolean;
  readonly inputs?: readonly string[];
  readonly outputs?: readonly string[];
  readonly signature?: string;
  /** How recurrent layers are computed. */
  readonly recurrent?: RecurrentChoice;
}

/** Each by its name, and whether it was given. */
export function importFlagsGiven({
  shape,
  keepLayout,
  inputs,
  outputs,
  signature,
}: ImportFlags): readonly (readonly [string, boolean])[] {
  return [
    ['--shape', shape !== undefined],
    ['--keep-layout', keepLayout === true],
    ['--inputs', inputs !== undefined],
    ['--outputs', outputs !== undefined],
    ['--signature', signature !== undefined],
  ];
}

/** Those that were given, under the names that importers know. */
export function wishesOf(flags: ImportFlags): ImportWishes {
  const { shape, keepLayout, inputs, outputs, signature, recurrent } = flags;
  const step = isStepChoice(recurrent) ? true : undefined;
  return given({ shapes: shape, keepLayout, inputs, outputs, signature, step });
}
