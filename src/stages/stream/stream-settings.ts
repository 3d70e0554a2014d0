/** The file `stream.json`: how a chip decides, and what came of it. */

import * as z from 'zod';
import { firstComplaint } from '../../artifacts/manifest.ts';
import { type Artifact, otherForm } from '../../artifacts/store.ts';

export const STREAM_FILE = 'stream.json';

/** Where the project reuses what earlier answers computed: the network that takes new rows alone. */
export const LISTENING_MODEL_FILE = 'listening.tflite';

const count = z.int().nonnegative();
const score = z
  .int()
  .min(0)
  .max(2 ** 24);

const figures = z.strictObject({
  seconds: z.number().nonnegative(),
  backgroundSeconds: z.number().nonnegative(),
  answers: count,
  hits: z.array(z.strictObject({ heard: count, of: count })).readonly(),
  misses: count,
  falseAlarms: count,
  confusions: count,
  delaySeconds: z.number().nonnegative(),
});

const settings = z
  .strictObject({
    version: z.literal(1),
    rate: z.number().positive().describe('Readings in a second.'),
    every: z.int().positive().describe('Rows of the ring from one answer to the next.'),
    decision: z.strictObject({
      smoothing: z.int().min(1).max(1024),
      on: z.array(score).readonly(),
      off: z.array(score).readonly(),
      gap: z
        .int()
        .min(0)
        .max(2 ** 24),
      threshold: z
        .number()
        .positive()
        .optional()
        .describe('Of an autoencoder: the mean squared error above which a single sample is an anomaly.'),
    }),
    largest: z
      .number()
      .nonnegative()
      .describe('The largest reading of these recordings, without its sign: what unit they have.'),
    labels: z.array(z.string()).readonly().describe('What each output stands for.'),
    validation: figures,
    test: figures,
  })
  .refine(
    ({ decision: { on, off }, labels }) =>
      on.length === labels.length && off.length === labels.length && on.every((own, i) => off[i] <= own),
    { error: 'every output needs a name and both sums, of which "off" is not above "on"' },
  );

/** What was heard along the recordings of a part. */
export type StreamFigures = z.output<typeof figures>;
export type StreamSettings = z.output<typeof settings>;

/** Throws `artifact-form` (input) for what an earlier tinyml wrote in another form. */
export function readStreamSettings(artifact: Artifact): StreamSettings {
  const { data, error } = settings.safeParse(JSON.parse(artifact.readText(STREAM_FILE)));
  if (data === undefined) throw otherForm(artifact, STREAM_FILE, firstComplaint(error));
  return data;
}

/** The bytes of the network that takes new rows alone; undefined where there is none. */
export function readListeningFile(artifact: Artifact): Uint8Array | undefined {
  const isThere = artifact.manifest.files.some(({ path }) => path === LISTENING_MODEL_FILE);
  return isThere ? artifact.read(LISTENING_MODEL_FILE) : undefined;
}
