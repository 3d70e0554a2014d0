/** Exported programs that listen: what they hear of a recording, here through a pipe and on a Cortex-M4 through its UART. */

import { describe, expect, it } from 'vitest';
import { createRandom } from '../../../../src/core/random.ts';
import { preparedShape, rowsOf } from '../../../../src/core/samples/preparation.ts';
import { elementCount, type Shape } from '../../../../src/core/tensor.ts';
import type { StepInput } from '../../../../src/data/preparing/index.ts';
import { encodeWav } from '../../../../src/data/sources/wav/encode-wav.ts';
import { writeTflite } from '../../../../src/formats/tflite/write.ts';
import { createListener } from '../../../../src/models/listen/listener.ts';
import { exportStandalone } from '../../../../src/models/standalone/export-standalone.ts';
import type { FirmwareStream } from '../../../../src/targets/firmware/streams/firmware-stream.ts';
import { type CompileOptions, type ProgramRun, runOverUart, runSanitized } from '../../../cross/compile.ts';
import { missingCortexM4, missingNative } from '../../../cross/probe.ts';
import { fitted } from '../../../data/preparing/fit.ts';
import { listeningNetwork } from './listening-network.ts';

interface Recording {
  readonly bytes: Uint8Array;
  /** As a source of data reads them. */
  readonly readings: Float32Array;
  readonly rate: number;
  readonly shape: Shape;
  readonly steps: readonly StepInput[];
}

const random = createRandom(17, 'listening programs');
const swell = (i: number, length: number): number => (Math.floor(i / length) % 2 === 0 ? 1 : 0.1);

function sound(): Recording {
  const rate = 8000;
  const bytes = encodeWav(
    Float32Array.from({ length: 12_000 }, (_, i) => 0.2 * swell(i, 900) * random.normal()),
    rate,
  );
  const data = new DataView(bytes.buffer, 44);
  const readings = Float32Array.from({ length: 12_000 }, (_, i) => data.getInt16(2 * i, true) / 32768);
  const steps: StepInput[] = [
    { step: 'fixed-spectrum', rate, window: 240, hop: 160, channels: 20 },
    { step: 'standard' },
  ];
  return { bytes, readings, rate, shape: [1500, 1], steps };
}

/** With times before the readings, and a line that is damaged. */
function movement(): Recording {
  const rows = Array.from({ length: 700 }, (_, i) =>
    [0, 1, 2].map(() => Number((2 * swell(i, 40) * random.normal()).toFixed(3))),
  );
  const lines = rows.map((row, i) => [i * 20, ...row].join(','));
  lines.splice(300, 0, '6000,0.1,x,3');
  return {
    bytes: new TextEncoder().encode(`time,ax,ay,az\n${lines.join('\r\n')}\n`),
    readings: Float32Array.from(rows.flat()),
    rate: 50,
    shape: [50, 3],
    steps: [{ step: 'standard' }, { step: 'decimate', factor: 2 }, { step: 'level' }],
  };
}

const RECORDINGS = { 'a WAV file': sound(), 'lines of numbers': movement() };

async function exported({ readings, rate, shape, steps }: Recording) {
  const { width } = rowsOf(shape);
  const preparation = await fitted(steps, readings.slice(0, 4 * elementCount(shape)), shape);
  const graph = listeningNetwork(
    elementCount(preparedShape(preparation)),
    3,
    createRandom(5, 'listening network'),
  );
  const decision = { smoothing: 2, on: [150, 150, 0], off: [120, 120, 0], gap: 1 };
  const stream: FirmwareStream = {
    preparation,
    every: 1,
    decision,
    labels: ['yes', 'a "no"', 'noise'],
    rate,
  };
  const { files } = exportStandalone(writeTflite(graph), { name: 'model', vectors: 4 }, { seed: 1, stream });
  const listener = createListener(graph, preparation, stream);
  const lines: string[] = [];
  let sums = [0, 0, 0];
  let events = 0;
  for (let at = 0; at < readings.length; at += width) {
    const answer = listener.push(readings, at);
    if (answer === undefined) continue;
    const own = [...answer.scores];
    lines.push(`scores ${own.join(' ')}`);
    sums = own.map((score, i) => score + sums[i]);
    if (answer.begins !== undefined) {
      events++;
      lines.push(`heard ${stream.labels[answer.begins]} ${(sums[answer.begins] / 512).toFixed(4)}`);
    }
    sums = own;
  }
  return { files, lines, events };
}

/** Tells the scores of every answer. */
function withScores(files: Readonly<Record<string, string>>): Record<string, string> {
  const decides = 'verdict = model_stream_decide(&stream, output);\n';
  expect(files['main.c']).toContain(decides);
  const told = `${decides}  printf("scores");\n  for (int i = 0; i < 3; i++) printf(" %d", output[i] - (MODEL_OUTPUT_ZERO_POINT));\n  printf("\\n");\n`;
  return { ...files, 'main.c': files['main.c'].replace(decides, told) };
}

type Run = (sources: Readonly<Record<string, string>>, options: CompileOptions) => ProgramRun;

async function expectHeard(recording: Recording, run: Run): Promise<void> {
  const { files, lines, events } = await exported(recording);
  expect(events).toBeGreaterThan(2);
  const { stdout, stderr, exitCode } = run(withScores(files), { input: recording.bytes, strict: true });
  expect([exitCode, stderr]).toEqual([0, '']);
  const [selfTest, ...rest] = stdout.trim().split(/\r?\n/);
  expect(selfTest).toMatch(/^tinyml-self-test PASS /);
  expect(rest.filter((line) => !line.startsWith('lost'))).toEqual(lines);
  expect(rest.filter((line) => line.startsWith('lost'))).toEqual(
    recording.shape[1] === 3 ? ['lost readings: 1'] : [],
  );
}

const missing = missingNative();
describe.skipIf(missing !== '')(`a program that listens, here ${missing}`, () => {
  it.each(Object.entries(RECORDINGS))('hears of %s what the host hears', (_, recording) =>
    expectHeard(recording, runSanitized),
  );

  it('takes samples without a header, and refuses another rate', async () => {
    const recording = RECORDINGS['a WAV file'];
    const { files, lines } = await exported(recording);
    const heard = lines.filter((line) => line.startsWith('heard'));
    const raw = runSanitized(files, { input: recording.bytes.subarray(44) });
    expect(raw.stdout.trim().split('\n').slice(1)).toEqual(heard);
    const other = runSanitized(files, { input: encodeWav(recording.readings, 16_000) });
    expect(other).toMatchObject({
      exitCode: 1,
      stdout: expect.stringContaining('the sensor does not answer'),
      stderr: 'The sound is not one channel of 16 bits at 8000 Hz\n',
    });
  });
});

const missingBoard = missingCortexM4();
describe.skipIf(missingBoard !== '')(`a program that listens on a Cortex-M4 ${missingBoard}`, () => {
  it.each(Object.entries(RECORDINGS))('hears of %s through its UART what the host hears', (_, recording) =>
    expectHeard(recording, runOverUart),
  );
});
