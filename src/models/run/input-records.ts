/** Records for the inputs of a model, each by its name, as the records of the model. */

import { usageError } from '../../core/errors.ts';
import { counted } from '../../core/figure-text.ts';
import { elementCount, formatShape, type Shape } from '../../core/tensor.ts';
import { joinedRecords } from '../../data/records/joined-records.ts';
import { checkRecordAxes, type RecordSource, recordLengthOf } from '../../data/records/records.ts';
import { reorderedRecords } from '../../data/records/reordered-records.ts';
import type { AxisOrder, Imported } from '../../formats/importer.ts';
import { type Graph, getValue } from '../../ir/graph.ts';

/** An input, as whoever gives samples for it has to know it. */
export interface ModelInput {
  readonly name: string;
  /** With the batch of 1. */
  readonly shape: Shape;
  /** Where samples have the axes of another file than the graph. */
  readonly order: AxisOrder;
}

/** A model whose inputs are asked for, as it was read. */
export interface SampledModel {
  readonly graph: Graph;
  readonly inputOrders?: Imported['inputOrders'] | undefined;
}

/** In the order of the graph. */
export function modelInputs({ graph, inputOrders }: SampledModel): readonly ModelInput[] {
  return graph.inputs.map((id, index) => {
    const { name, type } = getValue(graph, id);
    return { name, shape: type.shape, order: inputOrders?.[index] };
  });
}

/** `image [1, 16, 16, 1], meta [1, 5]` */
export function namesOf(inputs: readonly ModelInput[]): string {
  return inputs.map(({ name, shape }) => `${name} ${formatShape(shape)}`).join(', ');
}

/** What TensorFlow's converter makes of `image`. */
const plainName = (name: string): string => name.replace(/^serving_default_/, '').replace(/:0$/, '');

/** The input of that name, TensorFlow's additions to it left out, if there is one. */
export function findInput(inputs: readonly ModelInput[], name: string): ModelInput | undefined {
  return (
    inputs.find((input) => input.name === name) ?? inputs.find((input) => plainName(input.name) === name)
  );
}

/** The same; throws `unknown-input` (usage) where there is none. */
export function inputNamed(inputs: readonly ModelInput[], name: string): ModelInput {
  const found = findInput(inputs, name);
  if (found !== undefined) return found;
  throw usageError(
    'unknown-input',
    `The model has no input ${JSON.stringify(name)}`,
    `Its inputs are ${namesOf(inputs)}.`,
  );
}

function checkRecordsOf({ name, shape }: ModelInput, records: RecordSource): void {
  const length = recordLengthOf(records);
  if (length !== elementCount(shape)) {
    throw usageError(
      'calibration-shape',
      `A record for the input ${JSON.stringify(name)} has ${counted(length, 'value')}, but ${formatShape(shape)} takes ${elementCount(shape)}`,
      'Give one sample per index of the first axis.',
    );
  }
  checkRecordAxes(records.shape, shape);
}

/**
 * Record i has the values of record i for each input, in the order of the model. Throws usage errors: `unknown-input`,
 * `missing-input`, `calibration-shape`, `record-axes`, and `input-counts` where there are not equally many for each.
 */
export function inputRecords(
  inputs: readonly ModelInput[],
  named: ReadonlyMap<string, RecordSource>,
): RecordSource {
  const given = new Map([...named].map(([name, records]) => [inputNamed(inputs, name), records]));
  const parts = inputs.map((input) => {
    const records = given.get(input);
    if (records === undefined) {
      throw usageError(
        'missing-input',
        `There are no samples for the input ${JSON.stringify(input.name)}`,
        `The model's inputs are ${namesOf(inputs)}; give samples for each of them.`,
      );
    }
    const ordered = reorderedRecords(records, input.shape, input.order);
    checkRecordsOf(input, ordered);
    return ordered;
  });
  if (parts.some(({ count }) => count !== parts[0].count)) {
    throw usageError(
      'input-counts',
      `There are not equally many records for each input: ${inputs.map(({ name }, index) => `${parts[index].count} for ${name}`).join(', ')}`,
      'Record i of every input belongs to sample i.',
    );
  }
  return parts.length === 1 ? parts[0] : joinedRecords(parts);
}
