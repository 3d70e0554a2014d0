/** What a model file keeps of its data: exactly what was written, and nothing that costs memory. */

import { deflateSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { sha256 } from '../../src/core/digest.ts';
import type { Preparation } from '../../src/core/samples/preparation.ts';
import { SAMPLE_NOTES, type SampleNotes, writeSampleNotes } from '../../src/data/preparing/sample-notes.ts';
import { readTflite } from '../../src/formats/tflite/read.ts';
import { readOutline } from '../../src/formats/tflite/read-outline.ts';
import { writeTflite } from '../../src/formats/tflite/write.ts';
import { readSampleNotes } from '../../src/models/sample-notes.ts';
import { ARENA_TARGETS } from '../../src/planner/arena-plan.ts';
import { planArena } from '../../src/planner/plan-arena.ts';
import { fixture } from '../fixtures.ts';

const { graph } = readTflite(fixture('tflm', 'fc_w128.tflite'));
const plain = writeTflite(graph);
const withNote = (bytes: Uint8Array, name = SAMPLE_NOTES): Uint8Array =>
  writeTflite(graph, { note: { name, bytes } });
const text = (written: string): Uint8Array => new TextEncoder().encode(written);

const PREPARATION: Preparation = {
  version: 1,
  inputShape: [3],
  steps: [
    { step: 'one-hot', parameters: { columns: [{ column: 1, texts: ['a "b"', 'é'], places: [0, -1] }] } },
    {
      step: 'affine',
      parameters: {
        offset: [0.1, -1e-7 / 3, 16777217].map(Math.fround),
        scale: [1 / 3, 3.4e38, 1.17549435e-38].map(Math.fround),
      },
    },
  ],
};
const NOTES: SampleNotes = { preparation: PREPARATION, classes: ['nein', 'ja\n'] };

function written(notes: SampleNotes): Uint8Array {
  const bytes = writeSampleNotes(notes);
  if (bytes === undefined) throw new Error('nothing was written');
  return bytes;
}

describe('notes', () => {
  it('are read as they were written, every float32 to the bit', () => {
    expect(readSampleNotes(withNote(written(NOTES)))).toEqual(NOTES);
    const several = { outputClasses: { gait: ['idle', 'run'], on: ['no', 'yes'] } };
    expect(readSampleNotes(withNote(written(several)))).toEqual(several);
  });

  it('leave the model and its arena as they are', () => {
    const noted = withNote(written(NOTES));
    expect(readTflite(noted).graph).toEqual(readTflite(plain).graph);
    const [own, other] = [plain, noted].map((file) => readOutline(file).outline);
    for (const target of ARENA_TARGETS) expect(planArena(other, target)).toEqual(planArena(own, target));
  });

  it('are nothing where there is nothing to say, or more than flash is for', () => {
    expect(writeSampleNotes({})).toBeUndefined();
    const digests = Array.from({ length: 300 }, (_, i) => sha256(String(i)));
    expect(writeSampleNotes({ classes: digests })).toBeUndefined();
    expect(writeSampleNotes({ classes: ['x'.repeat(2 ** 16)] })).toBeUndefined();
    expect(readSampleNotes(plain)).toBeUndefined();
  });

  it.each([
    ['nothing', ''],
    ['no JSON', 'no JSON'],
    ['a list', '[]'],
    ['numbers for names', '{"classes":[1]}'],
    [
      'a step without parameters',
      '{"preparation":{"version":1,"inputShape":[2],"steps":[{"step":"affine"}]}}',
    ],
    ['much for few bytes', `{"classes":["${'x'.repeat(2 ** 23)}"]}`],
  ])('of somebody else are none: %s', (_, note) => {
    for (const bytes of [text(note), deflateSync(text(note))]) {
      expect(readSampleNotes(withNote(bytes))).toBeUndefined();
    }
  });

  it('take few bytes', () => {
    const affine = PREPARATION.steps.slice(1);
    expect(written({ preparation: { ...PREPARATION, steps: affine } }).length).toBeLessThan(80);
  });

  it('have a name', () => {
    expect(readSampleNotes(withNote(written(NOTES), 'other'))).toBeUndefined();
  });
});
