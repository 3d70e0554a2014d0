/** Which columns of given data are which input of a model with several. */

import { usageError } from '../../core/errors.ts';
import { counted } from '../../core/figure-text.ts';
import { elementCount, formatShape, type Shape } from '../../core/tensor.ts';
import { featureShape } from '../../data/samples/roles.ts';
import type { Column } from '../../data/sources/row-source.ts';
import { findInput, type ModelInput, namesOf } from '../../models/run/input-records.ts';
import type { GivenSource } from './given-source.ts';

/** An input with its columns, and the shape that they have together: that of a single one, or a row of numbers. */
export interface InputColumns {
  readonly input: ModelInput;
  readonly places: readonly number[];
  readonly shape: Shape;
}

function sizeOf(columns: readonly Column[], places: readonly number[]): number {
  return places.reduce((sum, place) => sum + elementCount(columns[place].shape), 0);
}

/** Columns from the first one on, as many as each input takes; undefined where they do not come out even. */
function inOrder(
  columns: readonly Column[],
  features: readonly number[],
  inputs: readonly ModelInput[],
): readonly (readonly number[])[] | undefined {
  let next = 0;
  const all = inputs.map(({ shape }) => {
    const places: number[] = [];
    while (next < features.length && sizeOf(columns, places) < elementCount(shape))
      places.push(features[next++]);
    return places;
  });
  const fits = inputs.every(({ shape }, index) => sizeOf(columns, all[index]) === elementCount(shape));
  return fits && next === features.length ? all : undefined;
}

/**
 * By the names that files or columns were given, else in the order of the inputs. `features` are the columns that nothing else
 * has taken. Throws `missing-input` and `record-size` (usage), which name the inputs.
 */
export function columnsOfInputs(
  { source: { columns }, named }: GivenSource,
  features: readonly number[],
  inputs: readonly ModelInput[],
): readonly InputColumns[] {
  const free = new Set(features);
  const byName = new Map<ModelInput, readonly number[]>();
  for (const [name, places] of named) {
    const input = findInput(inputs, name);
    if (input !== undefined && places.every((place) => free.has(place))) byName.set(input, places);
  }
  const placesOf: readonly (readonly number[] | undefined)[] | undefined =
    byName.size > 0 ? inputs.map((input) => byName.get(input)) : inOrder(columns, features, inputs);
  const missing = placesOf?.indexOf(undefined) ?? -1;
  if (placesOf === undefined || missing >= 0) {
    throw usageError(
      'missing-input',
      missing >= 0
        ? `There are no samples for the input ${JSON.stringify(inputs[missing].name)}`
        : `A row has ${counted(sizeOf(columns, features), 'value')} beside what is true of it, and no columns of it are called as the inputs`,
      `The model's inputs are ${namesOf(inputs)}: give --input NAME=FILE,OTHER=FILE, or columns or arrays of these names.`,
    );
  }
  return inputs.map((input, index) => {
    const places = placesOf[index] ?? [];
    const size = sizeOf(columns, places);
    if (size === elementCount(input.shape))
      return { input, places, shape: featureShape(columns, { features: places }) };
    throw usageError(
      'record-size',
      `A row has ${counted(size, 'value')} for the input ${JSON.stringify(input.name)}, which takes ${formatShape(input.shape)}`,
      'Give one sample in every row.',
    );
  });
}
