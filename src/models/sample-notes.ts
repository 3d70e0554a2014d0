/** What a model file keeps of the data that it was trained on. */

import { parseSampleNotes, SAMPLE_NOTES, type SampleNotes } from '../data/preparing/sample-notes.ts';
import { readNote } from '../formats/tflite/read-note.ts';

/** Undefined where the file says nothing that tinyml wrote. Throws input errors for damaged files. */
export function readSampleNotes(model: Uint8Array): SampleNotes | undefined {
  const bytes = readNote(model, SAMPLE_NOTES);
  return bytes === undefined ? undefined : parseSampleNotes(bytes);
}
