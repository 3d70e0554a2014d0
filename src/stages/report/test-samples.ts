/** The test split of a project as its report looks at it. */

import type { Artifact } from '../../artifacts/store.ts';
import { given } from '../../core/given.ts';
import { recordLength } from '../../data/records/float-array.ts';
import { ANOMALY_CLASSES, actualClasses } from '../../models/score/evaluation.ts';
import type { Task } from '../../models/score/tasks.ts';
import type { NamedShape } from '../../training/model-spec.ts';
import { type OpenSamples, openSplit, readClasses, readDescription, readInputs } from '../dataset-reader.ts';
import { numbersOf, type ProjectOutput } from '../ends/project-outputs.ts';
import { type SampleKind, sampleKind } from './sample-views.ts';

export interface TestSamples extends OpenSamples {
  readonly kind: SampleKind;
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
  return {
    ...samples,
    kind: inputs === undefined ? sampleKind(shape, features?.length ?? 0) : 'numbers',
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
