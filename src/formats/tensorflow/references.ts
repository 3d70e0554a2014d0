/** How the inputs of nodes name what they read: `node`, `node:1`, in functions `node:output:1`, and `^node`. */

import { inputError } from '../../core/errors.ts';

export interface Reference {
  readonly node: string;
  readonly output: number;
}

/** Outputs by their names, of operators that have several; those of all others are one list. */
const OUTPUT_NAMES: Readonly<Record<string, readonly string[]>> = {
  FusedBatchNorm: ['y', 'batch_mean', 'batch_variance', 'reserve_space_1', 'reserve_space_2'],
  FusedBatchNormV2: ['y', 'batch_mean', 'batch_variance', 'reserve_space_1', 'reserve_space_2'],
  FusedBatchNormV3: [
    'y',
    'batch_mean',
    'batch_variance',
    'reserve_space_1',
    'reserve_space_2',
    'reserve_space_3',
  ],
  Merge: ['output', 'value_index'],
  Switch: ['output_false', 'output_true'],
  TensorArrayV3: ['handle', 'flow'],
};

/** It only says what has to run before. */
export function isControl(text: string): boolean {
  return text.startsWith('^');
}

/** Of the node alone, whatever is read of it. */
export function nodeOf(text: string): string {
  const name = isControl(text) ? text.slice(1) : text;
  const colon = name.indexOf(':');
  return colon === -1 ? name : name.slice(0, colon);
}

/** `operatorOf` gives the operator of a node, where output names of a function have to be counted. */
export function referenceOf(text: string, operatorOf: (node: string) => string | undefined): Reference {
  const [node, ...rest] = text.split(':');
  const place = rest.at(-1) ?? '0';
  const name = rest.length > 1 ? rest[0] : undefined;
  const names = OUTPUT_NAMES[operatorOf(node) ?? ''];
  const first = name === undefined || names === undefined ? 0 : names.indexOf(name);
  if (rest.length > 2 || !/^\d{1,6}$/.test(place) || first === -1) {
    throw inputError(
      'tensorflow-reference',
      `it reads ${JSON.stringify(text.slice(0, 80))}, which is no output of a node.`,
    );
  }
  return { node, output: first + Number(place) };
}
