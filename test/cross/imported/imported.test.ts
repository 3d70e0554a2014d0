/** From a file of any format to a chip: converted, examined, exported, and run on an emulated Cortex-M4. */

import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { bytesOf, tensorBytes } from '../../../src/core/tensor.ts';
import { readTflite } from '../../../src/formats/tflite/read.ts';
import { getValue } from '../../../src/ir/graph.ts';
import { makeFirmware } from '../../../src/models/firmware/make-firmware.ts';
import { done } from '../../cli/project-run.ts';
import { makeFolder, removeFolders } from '../../cli/run-main.ts';
import { loadRuntime } from '../../runtime/tflite-runtime.ts';
import { NO_SHARED } from '../../shared.ts';
import { runOnCortexM4 } from '../compile.ts';
import { missingCortexM4 } from '../probe.ts';
import { STUB_MODEL, stubModelSource } from '../stub-model.ts';
import { type ImportedNetwork, MADE, RECORDED_NETWORKS } from './networks.ts';

afterAll(removeFolders);

const MOST_MS = 120_000;
const LAYOUT = { layout: 'arduino', library: 'chirale', sketch: 'sketch' } as const;
const PASS = /^PASS: the chip computed all \d+ output bytes of \d+ vectors as expected, with net\.tflite/;
const noCortexM4 = missingCortexM4();
const runtime = loadRuntime();

function sourcesIn(folder: string): Record<string, string> {
  const paths = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  const files = paths.filter((path) => statSync(join(folder, path)).isFile());
  return Object.fromEntries(files.map((path) => [path, readFileSync(join(folder, path), 'utf8')]));
}

const joined = (arrays: readonly ArrayBufferView[]): Uint8Array =>
  Uint8Array.from(arrays.flatMap((array) => [...bytesOf(array)]));

/** An interpreter in TFLM's place that knows the vectors of the sketch and what tinyml computed of them. */
function stubOf(model: Uint8Array): string {
  const { graph } = readTflite(model);
  const firmware = makeFirmware(model, { ...LAYOUT, name: 'g_model' }, { seed: 1 });
  const typesOf = (ids: readonly number[]) => ids.map((id) => getValue(graph, id).type);
  return stubModelSource({
    inputs: typesOf(graph.inputs),
    outputs: typesOf(graph.outputs),
    operators: firmware.operators,
    arenaBytes: firmware.arena[0].bytes,
    records: firmware.vectors.map(({ inputs, outputs }) => ({
      input: joined(inputs),
      output: joined(outputs),
    })),
  });
}

/** How the integers are chosen is another matter. */
async function converted({ model, calibration }: ImportedNetwork, folder: string): Promise<void> {
  const options = ['--int8', '--calibration', calibration, '--library', 'chirale', '--method', 'fast'];
  await done(folder, 'convert', model, ...options, '-o', 'net.tflite');
}

/** What `verify` says of what the board printed. */
async function verified(folder: string, printed: string): Promise<string> {
  writeFileSync(join(folder, 'serial.log'), printed);
  return done(folder, 'verify', 'serial.log', '--model', 'net.tflite');
}

async function standalone(folder: string): Promise<string> {
  await done(folder, 'export-c', 'net.tflite', '--standalone', 'c');
  return verified(folder, runOnCortexM4(sourcesIn(join(folder, 'c')), { strict: true }).stdout);
}

async function sketch(folder: string): Promise<string> {
  await done(folder, 'export-c', 'net.tflite', '--arduino', 'sketch');
  const stub = stubOf(readFileSync(join(folder, 'net.tflite')));
  const sources = { ...sourcesIn(join(folder, 'sketch')), [STUB_MODEL]: stub };
  return verified(folder, runOnCortexM4(sources, { standard: 'c++11' }).stdout);
}

/** TensorFlow Lite, where it is installed, takes the file and gives outputs of the sizes that it says. */
function loads(folder: string): void {
  if (!runtime.ok) return;
  const model = readFileSync(join(folder, 'net.tflite'));
  const { graph } = readTflite(model);
  const bytes = (id: number): number => tensorBytes(getValue(graph, id).type);
  const outputs = runtime.run(
    model,
    graph.inputs.map((id) => new Uint8Array(bytes(id))),
  );
  expect(outputs.map(({ length }) => length)).toEqual(graph.outputs.map(bytes));
}

async function reachesTheChip(network: ImportedNetwork, folder: string): Promise<void> {
  await converted(network, folder);
  expect(await done(folder, 'inspect', 'net.tflite')).toMatch(/^cortex-m-reference /m);
  loads(folder);
  expect(await standalone(folder)).toMatch(PASS);
  expect(await sketch(folder)).toMatch(PASS);
}

describe.skipIf(noCortexM4 !== '')(`networks on an emulated Cortex-M4 ${noCortexM4}`, () => {
  it.each(MADE.map((make) => [make.name, make] as const))(
    '%s, written here',
    async (_, make) => {
      const folder = makeFolder();
      await reachesTheChip(make(folder), folder);
    },
    MOST_MS,
  );

  it
    .skipIf(RECORDED_NETWORKS.length === 0)
    .each(RECORDED_NETWORKS.map((network) => [network.name, network] as const))(
    `%s, recorded (${NO_SHARED})`,
    async (_, network) => reachesTheChip(network, makeFolder()),
    MOST_MS,
  );
});
