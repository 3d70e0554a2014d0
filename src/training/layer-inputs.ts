/** Which outputs each layer of a project file reads: every layer only earlier ones, and nothing is left unread. */

import { inputError } from '../core/errors.ts';
import { type LayerSpec, layerRow } from './layer-table.ts';

/** The position of the model's input among the layers' outputs. */
export const MODEL_INPUT = -1;

/** What project files call the model's input. */
export const INPUT_NAME = 'input';

function positionOf(names: readonly string[], index: number, input: string): number {
  if (input === INPUT_NAME) return MODEL_INPUT;
  const position = names.indexOf(input);
  if (position >= 0 && position < index) return position;
  const earlier = [INPUT_NAME, ...names.slice(0, index)].join(', ');
  throw inputError(
    'layer-input',
    position < 0
      ? `Layer "${names[index]}" reads "${input}", but no layer has that name.`
      : `Layer "${names[index]}" reads "${input}", which is not computed before it: no layer may depend on itself.`,
    `Layers are listed from input to output; this one may read ${earlier}.`,
  );
}

function checkCount(name: string, { type }: LayerSpec, count: number): void {
  const merges = layerRow(type).merges === true;
  if (merges ? count >= 2 : count === 1) return;
  throw merges
    ? inputError(
        'layer-input',
        `Layer "${name}" merges two inputs or more, but reads ${count}.`,
        'Name the layers that it merges in its "inputs".',
      )
    : inputError(
        'layer-input',
        `Layer "${name}" reads one input, but its "inputs" names ${count}.`,
        'Merge them with Add or Concatenate first.',
      );
}

function checkRead(names: readonly string[], inputs: readonly (readonly number[])[]): void {
  const read = new Set(inputs.flat());
  const unread = names.findIndex((_, index) => index < names.length - 1 && !read.has(index));
  if (unread < 0) return;
  throw inputError(
    'layer-not-read',
    `No layer reads the output of layer "${names[unread]}".`,
    'Name it in the "inputs" of a layer after it, or remove it; the last layer is the output of the model.',
  );
}

/** For each layer the positions of what it reads: by default the layer before. `names` are those of the layers. */
export function layerInputs(layers: readonly LayerSpec[], names: readonly string[]): readonly number[][] {
  const inputs = layers.map((layer, index) => {
    const own = layer.inputs?.map((input) => positionOf(names, index, input)) ?? [index - 1];
    checkCount(names[index], layer, own.length);
    return own;
  });
  checkRead(names, inputs);
  if (!isChain(inputs) && names.includes(INPUT_NAME)) {
    throw inputError(
      'layer-input',
      `A layer has the name "${INPUT_NAME}", which is that of the model's input.`,
      'Give the layer another name.',
    );
  }
  return inputs;
}

/** Whether every layer reads the one before it and nothing else. */
export function isChain(inputs: readonly (readonly number[])[]): boolean {
  return inputs.every((own, index) => own.length === 1 && own[0] === index - 1);
}
