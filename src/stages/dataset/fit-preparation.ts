/** What is done to samples, fitted on the training split. */

import type { Preparation, PreparedInput } from '../../core/samples/preparation.ts';
import type { StepOptions } from '../../data/preparing/index.ts';
import { fitInput, fitSteps } from '../../data/preparing/preparation.ts';
import { featureOffsets, type Roles } from '../../data/samples/roles.ts';
import { batchesOf, type SampleList, type SampleReader } from '../../data/samples/sample-reader.ts';
import type { RowSource } from '../../data/sources/row-source.ts';
import type { FilesConfig } from '../dataset-config.ts';
import { columnsOfInput, type InputConfig, severalInputs } from './input-config.ts';

/** Samples as they were measured, and what they are made of. */
export interface TrainingSamples {
  readonly reader: SampleReader;
  readonly train: SampleList;
  readonly source: RowSource;
  readonly roles: Roles;
}

/** Categories among some features become columns of 0 and 1 before anything else is done to them. */
function categorySteps(source: RowSource, features: readonly number[]): readonly StepOptions[] {
  const columns = features.flatMap((place, column) => {
    const { kind, texts = [] } = source.columns[place];
    return kind === 'category' && texts.length > 0 ? [{ column, texts: [...texts] }] : [];
  });
  return columns.length === 0 ? [] : [{ step: 'one-hot', columns }];
}

/** Of each input what it sees of a row: an array, or some numbers. */
function seenInputs(
  inputs: readonly InputConfig[],
  { source, roles }: TrainingSamples,
): readonly { readonly seen: PreparedInput; readonly features: readonly number[] }[] {
  const offsets = featureOffsets(source.columns, roles);
  let first = 0;
  return inputs.map((input) => {
    const own = columnsOfInput(input).map(() => first++);
    const features = own.map((feature) => roles.features[feature]);
    const [{ shape }] = features.map((place) => source.columns[place]);
    const seen = {
      name: input.name,
      columns: own.map((feature) => offsets[feature]),
      ...(shape.length > 0 && { shape }),
      rows: input.rows,
      steps: [],
    };
    return { seen, features };
  });
}

/** Of several inputs each by itself, on what it sees. */
export async function fitPreparation(
  { inputs, prepare }: Pick<FilesConfig, 'inputs' | 'prepare'>,
  samples: TrainingSamples,
): Promise<Preparation> {
  const { reader, train, source, roles } = samples;
  function* stream(): Generator<Float32Array> {
    for (const batch of batchesOf(reader, train)) yield batch.samples;
  }
  const several = severalInputs(inputs);
  if (several === undefined) {
    const steps = inputs?.[0].prepare ?? prepare;
    return fitSteps([...categorySteps(source, roles.features), ...steps], stream, reader.shape);
  }
  const fitted: PreparedInput[] = [];
  for (const [index, { seen, features }] of seenInputs(several, samples).entries()) {
    const wanted = [...categorySteps(source, features), ...several[index].prepare];
    fitted.push(await fitInput(seen, wanted, stream, reader.shape));
  }
  return { version: 1, inputShape: reader.shape, steps: [], inputs: fitted };
}
