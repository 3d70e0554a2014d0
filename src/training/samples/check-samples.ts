/** Refuses samples that do not fit together, or not the model. */

import { inputError } from '../../core/errors.ts';
import { counted } from '../../core/figure-text.ts';
import { elementCount, formatShape, type Shape, sameShape } from '../../core/tensor.ts';
import { type Head, headsOf } from '../heads.ts';
import { readTopology, topologyInputs, topologyOutputs } from '../topology.ts';
import type { LabelledSamples, TrainingJob } from '../trainer.ts';

function checkCounts(what: string, { x, y }: LabelledSamples): void {
  if (x.count > 0 && (y === 'input' || x.count === y.count)) return;
  throw inputError(
    'bad-samples',
    `The ${what} samples do not fit together: they have ${counted(x.count, 'input')} and ${counted(y === 'input' ? x.count : y.count, 'target')}.`,
    'Every input needs one target, and there must be at least one of them.',
  );
}

function misfit(what: string, actual: Shape, expected: Shape, hint: string): Error {
  return inputError(
    'data-shape',
    `One ${what} of the dataset has shape ${formatShape(actual)}, but the model expects ${formatShape(expected)}.`,
    hint,
  );
}

function checkShapes({ x, y }: LabelledSamples, input: Shape, output: Shape): void {
  if (!sameShape(x.shape, input)) {
    throw misfit('sample', x.shape, input, 'Make the input shape of the model that of the dataset.');
  }
  if (y !== 'input') {
    if (sameShape(y.shape, output)) return;
    throw misfit('target', y.shape, output, 'Make the last layer as wide as the targets.');
  }
  if (sameShape(x.shape, output) || sameShape([elementCount(x.shape)], output)) return;
  throw inputError(
    'data-shape',
    `The model is to give its input again, which has shape ${formatShape(x.shape)}, but it gives ${formatShape(output)}.`,
    `End it with Dense of ${counted(elementCount(x.shape), 'unit')}, with or without a Reshape to the shape of the input.`,
  );
}

/** Of a model of which only the sizes are known: a graph's shapes have a batch in front, or not. */
export function checkSizes(
  { train, validation }: Pick<TrainingJob, 'train' | 'validation'>,
  input: number,
  output: number,
): void {
  checkCounts('training', train);
  checkCounts('validation', validation);
  for (const { x, y } of [train, validation]) {
    const given = [elementCount(x.shape), y === 'input' ? elementCount(x.shape) : elementCount(y.shape)];
    if (given[0] === input && given[1] === output) continue;
    throw inputError(
      'data-shape',
      `A sample of the dataset has ${counted(given[0], 'number')} and its target ${given[1]}, but the model takes ${input} and gives ${output}.`,
      'Give the data that the model was made for.',
    );
  }
}

/** The values of several inputs or outputs are one after another. */
function sampleShape([first, ...others]: readonly Shape[]): Shape {
  return others.length === 0
    ? first
    : [[first, ...others].reduce((sum, shape) => sum + elementCount(shape), 0)];
}

/** Of an output among several, whose targets are numbers in a row. */
function checkWidth({ name, size }: Head, output: Shape): void {
  if (size === undefined || sameShape([size], output)) return;
  throw inputError(
    'data-shape',
    `A target of the output "${name}" is ${counted(size, 'number')}, but its layer gives ${formatShape(output)}.`,
    `Give the layer "${name}" ${counted(size, 'unit')}.`,
  );
}

/** Throws `bad-samples` and `data-shape` (input). */
export function checkSamples(job: TrainingJob): void {
  const { topology, train, validation } = job;
  checkCounts('training', train);
  checkCounts('validation', validation);
  const layers = readTopology(topology);
  const outputs = topologyOutputs(topology).map((position) => layers[position].outputShape);
  for (const [index, head] of headsOf(job).entries()) checkWidth(head, outputs[index]);
  for (const samples of [train, validation])
    checkShapes(samples, sampleShape(topologyInputs(topology)), sampleShape(outputs));
}
