/** The test split of a project as its report looks at it. */

import type { Artifact } from '../../artifacts/store.ts';
import { given } from '../../core/given.ts';
import { recordLength } from '../../data/records/float-array.ts';
import { splitRecords } from '../../data/records/joined-records.ts';
import type { RecordSource } from '../../data/records/records.ts';
import { ANOMALY_CLASSES, actualClasses } from '../../models/score/evaluation.ts';
import type { Task } from '../../models/score/tasks.ts';
import type { NamedShape } from '../../training/model-spec.ts';
import { type OpenSamples, openSplit, readClasses, readDescription, readInputs } from '../dataset-reader.ts';
import { numbersOf, type ProjectOutput } from '../ends/project-outputs.ts';
import { type SampleKind, sampleKind } from './sample-views.ts';

/** What of a sample may be looked at by itself: all of it, or one of several inputs. */
export interface SampleView {
  /** Of the input, where there are several. */
  readonly name?: string;
  readonly x: RecordSource;
  readonly kind: SampleKind;
}

export interface TestSamples extends OpenSamples {
  readonly kind: SampleKind;
  readonly views: readonly SampleView[];
  /** Of a network with several, whose values a sample has one after another. */
  readonly inputs?: readonly NamedShape[];
  /** Of the columns that the network sees; absent where they have no names, or are not what it sees. */
  readonly features?: readonly string[];
  /** Names of the classes, or of what is normal and what is not; absent for numbers. */
  readonly classes?: readonly string[];
  /** The class of every sample; absent for numbers, and where one may have several. */
  readonly actual?: Int32Array;
  /** Whose targets, classes and truth these are; absent where the model has one output. */
  readonly output?: ProjectOutput;
}

/** Rows of numbers are not worth a picture. */
function viewsOf(x: RecordSource, inputs: readonly NamedShape[]): readonly SampleView[] {
  const parts = splitRecords(
    x,
    inputs.map(({ shape }) => shape),
  );
  return inputs.map(({ name, shape }, index) => ({
    name,
    x: parts[index],
    kind: shape.length === 1 ? 'numbers' : sampleKind(shape, 0),
  }));
}

/** `task` is what the network is for, where that is known. Whoever opens them closes `x`. */
export function openTestSamples(dataset: Artifact, task: Task | undefined): TestSamples {
  const samples = openSplit(dataset, 'test');
  const { shape } = samples.x;
  const names = readDescription(dataset)?.features;
  const inputs = readInputs(dataset);
  const features = inputs === undefined && names?.length === shape.at(-1) ? names : undefined;
  const named = task === 'anomaly' ? ANOMALY_CLASSES : readClasses(dataset);
  const decides = task === 'classification' || task === 'anomaly' || named !== undefined;
  const actual = decides && task !== 'regression' ? actualClasses(samples.y) : undefined;
  const count = Math.max(2, recordLength(samples.y));
  const classes = decides ? (named ?? Array.from({ length: count }, (_, place) => String(place))) : undefined;
  const kind = inputs === undefined ? sampleKind(shape, features?.length ?? 0) : 'numbers';
  return {
    ...samples,
    kind,
    views: inputs === undefined ? [{ x: samples.x, kind }] : viewsOf(samples.x, inputs),
    ...(inputs === undefined ? {} : { inputs }),
    ...(features === undefined ? {} : { features }),
    ...(classes === undefined ? {} : { classes }),
    ...(actual === undefined ? {} : { actual }),
  };
}

/** The same with what is true of one output among several. */
export function samplesOf(test: TestSamples, output: ProjectOutput): TestSamples {
  const y = numbersOf(output, test.y);
  const { classes: _, actual: __, ...samples } = test;
  const own = { ...samples, y, output };
  if (output.task === 'regression') return own;
  const actual = actualClasses(y);
  return { ...own, ...given({ classes: output.classes, actual }) };
}
