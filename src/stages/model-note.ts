/** What a model file says of the samples of a project. */

import type { Artifact } from '../artifacts/store.ts';
import { given } from '../core/given.ts';
import { SAMPLE_NOTES, writeSampleNotes } from '../data/preparing/sample-notes.ts';
import type { WriteOptions } from '../formats/tflite/write.ts';
import { readClasses, readDescription, readPreparation } from './dataset-reader.ts';
import { readOutputClasses } from './ends/project-outputs.ts';

/** Undefined for generated samples, and where there is nothing to say, or too much. */
export function modelNote(dataset: Artifact): WriteOptions['note'] {
  if (readDescription(dataset) === undefined) return undefined;
  const bytes = writeSampleNotes(
    given({
      preparation: readPreparation(dataset),
      classes: readClasses(dataset),
      outputClasses: readOutputClasses(dataset),
    }),
  );
  return bytes && { name: SAMPLE_NOTES, bytes };
}
