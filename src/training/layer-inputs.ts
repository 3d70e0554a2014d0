/** Which outputs each layer of a project file reads: every layer only earlier ones, and nothing is left unread. */

import { inputError } from '../core/errors.ts';
import { type LayerSpec, layerRow } from './layer-table.ts';

/** What project files call the input of a model that has one. */
export const INPUT_NAME = 'input';

/** Inputs of a model have positions in front of those of the layers' outputs: −1, −2, … */
export function inputPosition(input: number): number {
  return -1 - input;
}

/** Which input of the model that is; undefined for the output of a layer. */
export function inputAt(position: number): number | undefined {
  return position < 0 ? -1 - position : undefined;
}

function positionOf(
  names: readonly string[],
  inputNames: readonly string[],
  index: number,
  input: string,
): number {
  const ofModel = inputNames.indexOf(input);
  if (ofModel >= 0) return inputPosition(ofModel);
  const position = names.indexOf(input);
  if (position >= 0 && position < index) return position;
  const earlier = [...inputNames, ...names.slice(0, index)].join(', ');
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

/** `ends` are the layers that make the outputs of the model. */
function checkRead(
  names: readonly string[],
  inputs: readonly (readonly number[])[],
  ends: readonly number[],
): void {
  const read = new Set([...inputs.flat(), ...ends]);
  const unread = names.findIndex((_, index) => !read.has(index));
  if (unread < 0) return;
  const what =
    ends.length === 1
      ? 'the last layer is the output of the model'
      : `the outputs of the model are ${ends.map((end) => `"${names[end]}"`).join(', ')}`;
  throw inputError(
    'layer-not-read',
    `No layer reads the output of layer "${names[unread]}".`,
    `Name it in the "inputs" of a layer after it, or remove it; ${what}.`,
  );
}

function checkInputsRead(inputNames: readonly string[], inputs: readonly (readonly number[])[]): void {
  const read = new Set(inputs.flat());
  const unread = inputNames.findIndex((_, index) => !read.has(inputPosition(index)));
  if (inputNames.length === 1 || unread < 0) return;
  throw inputError(
    'layer-not-read',
    `No layer reads the input "${inputNames[unread]}".`,
    'Name it in the "inputs" of a layer, or leave it out of the "inputs" of the dataset.',
  );
}

/**
 * For each layer the positions of what it reads: by default the layer before. `names` are those of the layers, `inputNames`
 * those of the model's inputs; `ends` are the positions of the layers that make its outputs, by default the last one.
 */
export function layerInputs(
  layers: readonly LayerSpec[],
  names: readonly string[],
  inputNames: readonly string[] = [INPUT_NAME],
  ends: readonly number[] = [layers.length - 1],
): readonly number[][] {
  const inputs = layers.map((layer, index) => {
    const own = layer.inputs?.map((input) => positionOf(names, inputNames, index, input)) ?? [index - 1];
    checkCount(names[index], layer, own.length);
    return own;
  });
  checkRead(names, inputs, ends);
  checkInputsRead(inputNames, inputs);
  const isSequence = ends.length === 1 && isChain(inputs);
  const taken = isSequence ? undefined : names.find((name) => inputNames.includes(name));
  if (taken !== undefined) {
    throw inputError(
      'layer-input',
      `A layer has the name "${taken}", which is that of ${inputNames.length === 1 ? "the model's input" : 'an input of the model'}.`,
      'Give the layer another name.',
    );
  }
  return inputs;
}

/** Whether every layer reads the one before it and nothing else. */
export function isChain(inputs: readonly (readonly number[])[]): boolean {
  return inputs.every((own, index) => own.length === 1 && own[0] === index - 1);
}
