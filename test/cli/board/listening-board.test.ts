/** From recordings to a chip that hears: what comes through its UART is answered as `evaluate --stream` answers it. */

import { cpSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createRandom } from '../../../src/core/random.ts';
import { missingCortexM4 } from '../../cross/probe.ts';
import { NO_SHARED, sharedPath } from '../../shared.ts';
import { done } from '../project-run.ts';
import { makeFolder, removeFolders } from '../run-main.ts';
import {
  FIRMWARE,
  type HostAnswers,
  heardOnChip,
  hostAnswers,
  NETWORK,
  type ProgramName,
  STANDALONE,
} from './heard-on-chip.ts';

afterAll(removeFolders);

const WAV_HEADER_BYTES = 44;

interface Show {
  readonly recording: string;
  /** Makes the project `p` in the folder, and the recording in the project. */
  make(folder: string): Promise<void>;
  /** In all, and what is heard at least. */
  readonly answers: number;
  readonly programs: readonly ProgramName[];
  readonly labels: readonly string[];
}

/** The last file of every class, in one. */
function joinedSound(project: string): Uint8Array {
  const folders = readdirSync(join(project, 'data')).map((name) => join(project, 'data', name));
  const files = folders.map((folder) => readFileSync(join(folder, readdirSync(folder).sort().slice(-1)[0])));
  const sound = Buffer.concat(files.map((file) => file.subarray(WAV_HEADER_BYTES)));
  const header = Buffer.from(files[0].subarray(0, WAV_HEADER_BYTES));
  header.writeUInt32LE(WAV_HEADER_BYTES - 8 + sound.length, 4);
  header.writeUInt32LE(sound.length, 40);
  return Buffer.concat([header, sound]);
}

const WAND = sharedPath('data', 'wand') ?? '';
const GESTURE_ROWS = 119;
const random = createRandom(3, 'a hand at rest');

/** A board that is held still, one way or another. */
function rest(): string {
  const lean = [0, 1, 2].map(() => random.normal());
  const length = Math.hypot(...lean);
  return Array.from({ length: GESTURE_ROWS }, () =>
    [
      ...lean.map((part) => part / length + 0.03 * random.normal()),
      ...[0, 1, 2].map(() => 4 * random.normal()),
    ]
      .map((value) => value.toFixed(3))
      .join(','),
  ).join('\n');
}

const keyword: Show = {
  recording: 'day.wav',
  async make(folder) {
    await done(folder, 'init', '--template', 'keyword', 'p');
    writeFileSync(join(folder, 'p', 'day.wav'), joinedSound(join(folder, 'p')));
  },
  answers: 25,
  programs: ['C without an interpreter', 'the sketch'],
  labels: ['no', 'yes'],
};

/** Gestures of the data set, and rest, which it has not. */
const wand: Show = {
  recording: 'day.csv',
  async make(folder) {
    cpSync(join(WAND, 'train'), join(folder, 'data'), { recursive: true });
    const head = 'aX,aY,aZ,gX,gY,gZ\n';
    writeFileSync(
      join(folder, 'data', 'Rest.csv'),
      `${head}${Array.from({ length: 20 }, rest).join('\n')}\n`,
    );
    await done(folder, 'init', '--from', 'data', 'p');
    const config = join(folder, 'p', 'tinyml.config.json');
    const stream = { background: ['Rest'], rate: GESTURE_ROWS };
    writeFileSync(config, JSON.stringify({ ...JSON.parse(readFileSync(config, 'utf8')), stream }));
    const gestures = ['AlohomoraCharm', 'Revelio'].map((name) => {
      const [, ...lines] = readFileSync(join(WAND, 'test', `${name}.csv`), 'utf8')
        .trim()
        .split(/\r?\n/);
      return lines.slice(0, GESTURE_ROWS).join('\n');
    });
    const day = gestures.flatMap((gesture) => [rest(), gesture]);
    writeFileSync(join(folder, 'p', 'day.csv'), `${head}${[...day, rest()].join('\n')}\n`);
  },
  answers: 35,
  programs: ['C without an interpreter', 'firmware of TensorFlow Lite Micro'],
  labels: ['AlohomoraCharm', 'Revelio'],
};

function expectAsEvaluated({ lines }: HostAnswers, printed: string, show: Show): void {
  const { events, answers } = JSON.parse(printed);
  const heard = lines.filter((line) => line.startsWith('heard'));
  const told = events.map(
    ({ label, score }: { label: string; score: number }) => `heard ${label} ${score.toFixed(4)}`,
  );
  expect(heard).toEqual(told);
  expect(answers).toBe(show.answers);
  expect(lines.length - heard.length).toBe(answers);
  const labels = new Set(events.map(({ label }: { label: string }) => label));
  for (const label of show.labels) expect([...labels]).toContain(label);
}

function shows(show: Show): void {
  let project = '';
  let answers: HostAnswers = { lines: [] };
  beforeAll(async () => {
    const folder = makeFolder();
    project = join(folder, 'p');
    await show.make(folder);
    await done(project, 'run');
    await done(project, 'export-c', '--tflm', FIRMWARE);
    await done(project, 'export-c', '--standalone', STANDALONE, '--name', NETWORK);
    answers = await hostAnswers(project, show.recording);
  });

  it('is what evaluate --stream prints', async () => {
    expectAsEvaluated(answers, await done(project, 'evaluate', '--stream', show.recording, '--json'), show);
  });

  it.each(show.programs)('is what %s hears on an emulated chip', (program) => {
    const input = readFileSync(join(project, show.recording));
    expect(heardOnChip(project, program, input)).toEqual(answers.lines);
  });
}

const missing = missingCortexM4();
const missingWand = missing || (WAND === '' ? NO_SHARED : '');
describe.skipIf(missing !== '')(`every answer of the template keyword ${missing}`, () => shows(keyword));
describe.skipIf(missingWand !== '')(`every answer to gestures with a wand ${missingWand}`, () => shows(wand));
