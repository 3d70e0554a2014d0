/** Exported programs that listen: what they hear of a recording, here through a pipe and on a Cortex-M4 through its UART. */

import { describe, expect, it } from 'vitest';
import { createRandom } from '../../../../src/core/random.ts';
import { preparedShape, rowsOf } from '../../../../src/core/samples/preparation.ts';
import { streamPlan } from '../../../../src/core/samples/streaming.ts';
import { allocate, bytesOf, elementCount, type Shape } from '../../../../src/core/tensor.ts';
import type { StepInput } from '../../../../src/data/preparing/index.ts';
import { encodeWav } from '../../../../src/data/sources/wav/encode-wav.ts';
import { createRowStream } from '../../../../src/data/streams/row-stream.ts';
import { writeTflite } from '../../../../src/formats/tflite/write.ts';
import { createInterpreter } from '../../../../src/interpreter/interpreter.ts';
import { getValue } from '../../../../src/ir/graph.ts';
import { firmwareFiles, makeFirmware } from '../../../../src/models/firmware/make-firmware.ts';
import { createListener } from '../../../../src/models/listen/listener.ts';
import { realSignature } from '../../../../src/models/run/real-runner.ts';
import { toTensor } from '../../../../src/models/run/real-tensor.ts';
import { exportStandalone } from '../../../../src/models/standalone/export-standalone.ts';
import { floatBitsLiteral } from '../../../../src/targets/firmware/c-literal.ts';
import type { Firmware, FirmwareFile } from '../../../../src/targets/firmware/firmware.ts';
import type { FirmwareStream } from '../../../../src/targets/firmware/streams/firmware-stream.ts';
import {
  type CompileOptions,
  type ProgramRun,
  runNative,
  runOverUart,
  runSanitized,
} from '../../../cross/compile.ts';
import { missingCortexM4, missingNative } from '../../../cross/probe.ts';
import { STUB_MODEL, type StubModel, stubModelSource } from '../../../cross/stub-model.ts';
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

type StubRecord = StubModel['records'][number];

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

async function listened({ readings, rate, shape, steps }: Recording) {
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
    largest: 1,
  };
  const model = writeTflite(graph);
  const listener = createListener(graph, preparation, stream);
  const lines: string[] = [];
  let events = 0;
  for (let at = 0; at < readings.length; at += width) {
    const answer = listener.push(readings, at);
    if (answer === undefined) continue;
    const own = [...answer.scores];
    lines.push(`scores ${own.join(' ')}`);
    if (answer.begins !== undefined) {
      events++;
      lines.push(`heard ${stream.labels[answer.begins]} ${(own[answer.begins] / 256).toFixed(4)}`);
    }
  }
  return { model, graph, stream, lines, events };
}

/** Tells the scores of every answer. */
function withScores(files: Readonly<Record<string, string>>): Record<string, string> {
  const decides = 'verdict = model_stream_decide(&stream, output);\n';
  expect(files['main.c']).toContain(decides);
  const told = `${decides}  printf("scores");\n  for (int i = 0; i < 3; i++) printf(" %d", output[i] - (MODEL_OUTPUT_ZERO_POINT));\n  printf("\\n");\n`;
  return { ...files, 'main.c': files['main.c'].replace(decides, told) };
}

type Run = (sources: Readonly<Record<string, string>>, options: CompileOptions) => ProgramRun;

function standalone({ model, stream }: Listened): Readonly<Record<string, string>> {
  return exportStandalone(model, { name: 'model', vectors: 4 }, { seed: 1, stream }).files;
}

type Listened = Awaited<ReturnType<typeof listened>>;

async function expectHeard(recording: Recording, run: Run): Promise<void> {
  const one = await listened(recording);
  const { lines, events } = one;
  const files = standalone(one);
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

/** What the stub of the interpreter has to know: every sample of the recording and its answer. */
function recordsOf({ graph, stream }: Listened, readings: Float32Array): StubRecord[] {
  const rows = createRowStream(stream.preparation);
  const ring = streamPlan(stream.preparation).ring.count;
  const { width } = rowsOf(stream.preparation.inputShape);
  const { input } = realSignature(graph);
  const sample = new Float32Array(elementCount(input.shape));
  const interpreter = createInterpreter(graph);
  const records: StubRecord[] = [];
  for (let at = 0; at < readings.length; at += width) {
    if (rows.push(readings, at) === 0 || rows.made < ring) continue;
    rows.sample(sample);
    const given = allocate(input.dtype, sample.length);
    toTensor(input, sample, given);
    const [output] = interpreter.invoke([given]);
    records.push({ input: bytesOf(given).slice(), output: bytesOf(output).slice() });
  }
  return records;
}

/** Readings as they come on a board where there are some in every turn of the loop. */
function boardSensor(readings: Float32Array, width: number): string {
  const bits = Array.from(readings, floatBitsLiteral).join(',');
  return `#include <string.h>
#include "sensor.h"
static const uint32_t given[] = {${bits}};
static uint32_t next;
int sensor_begin(void) { return 1; }
int sensor_read(float *row)
{
  static int rested;
  if (next == sizeof given / 4) return SENSOR_NOTHING_YET;
  if (next % ${100 * width} == 0 && !rested) {
    rested = 1;
    return SENSOR_NOTHING_YET;
  }
  rested = 0;
  memcpy(row, given + next, ${4 * width});
  next += ${width};
  return SENSOR_ROW;
}
uint32_t sensor_lost(void) { return next > ${300 * width} ? 3 : 0; }
`;
}

function stubOf(firmware: Firmware, one: Listened, recording: Recording): Record<string, string> {
  const { graph } = one;
  const golden = firmware.vectors.map(({ inputs: [input], outputs: [output] }) => ({
    input: bytesOf(input),
    output: bytesOf(output),
  }));
  const typesOf = (ids: readonly number[]) => ids.map((id) => getValue(graph, id).type);
  return {
    [STUB_MODEL]: stubModelSource({
      inputs: typesOf(graph.inputs),
      outputs: typesOf(graph.outputs),
      operators: firmware.operators,
      arenaBytes: 64,
      records: [...golden, ...recordsOf(one, recording.readings)],
    }),
  };
}

function sourcesOf(files: readonly FirmwareFile[]): Record<string, string> {
  return Object.fromEntries(files.map(({ path, text }) => [path, text]));
}

async function expectHeardByFirmware(recording: Recording, run: Run): Promise<void> {
  const one = await listened(recording);
  const heard = one.lines.filter((line) => line.startsWith('heard'));
  const options = { layout: 'tflm', name: 'g_model', vectors: 4 } as const;
  const firmware = makeFirmware(one.model, options, { seed: 1, stream: one.stream });
  const { 'self_test_main.cc': _, ...files } = sourcesOf(firmwareFiles(firmware, options));
  const sources = { ...files, ...stubOf(firmware, one, recording) };
  const { stdout, stderr, exitCode } = run(sources, { input: recording.bytes, standard: 'c++17' });
  expect([exitCode, stderr]).toEqual([0, '']);
  const [selfTest, ...rest] = stdout.trim().split(/\r?\n/);
  expect(selfTest).toMatch(/^tinyml-self-test PASS /);
  expect(rest.filter((line) => !line.startsWith('lost'))).toEqual(heard);
}

/** The sketch, with readings that lie in memory. */
async function expectHeardBySketch(recording: Recording, run: Run): Promise<void> {
  const one = await listened(recording);
  const { width } = rowsOf(recording.shape);
  const readings = recording.readings.slice(0, 1000 * width);
  const options = {
    layout: 'arduino',
    library: 'chirale',
    sketch: 'ear',
    name: 'g_model',
    vectors: 4,
  } as const;
  const firmware = makeFirmware(one.model, options, { seed: 1, stream: one.stream });
  const sources = {
    ...sourcesOf(firmwareFiles(firmware, options)),
    ...stubOf(firmware, one, recording),
    'sensor.cpp': boardSensor(readings, width),
  };
  const { stdout, stderr, exitCode } = run(sources, { standard: 'c++11' });
  expect([exitCode, stderr]).toEqual([0, '']);
  const lines = stdout.trim().split('\r\n');
  expect(lines[0]).toMatch(/^tinyml-self-test PASS /);
  const heard = lines.filter((line) => line.startsWith('heard'));
  expect(heard.length).toBeGreaterThan(2);
  expect(heard).toEqual(one.lines.filter((line) => line.startsWith('heard')).slice(0, heard.length));
  expect(lines.filter((line) => line.startsWith('lost'))).toEqual(['lost readings: 3']);
}

const missing = missingNative();
describe.skipIf(missing !== '')(`a program that listens, here ${missing}`, () => {
  it.each(Object.entries(RECORDINGS))('hears of %s what the host hears', (_, recording) =>
    expectHeard(recording, runSanitized),
  );

  it.each(Object.entries(RECORDINGS))('hears of %s in firmware of TensorFlow Lite Micro', (_, recording) =>
    expectHeardByFirmware(recording, runNative),
  );

  it('hears in a sketch, a few readings in every turn', () =>
    expectHeardBySketch(RECORDINGS['lines of numbers'], runNative));

  it('takes samples without a header, and refuses another rate', async () => {
    const recording = RECORDINGS['a WAV file'];
    const one = await listened(recording);
    const { lines } = one;
    const files = standalone(one);
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

  it.each(Object.entries(RECORDINGS))('hears of %s in firmware of TensorFlow Lite Micro', (_, recording) =>
    expectHeardByFirmware(recording, runOverUart),
  );
});
