/** The road of a model file to a chip by the built command line: `convert --int8`, `inspect`, `export-c --arduino`. */

import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { tensorBytes } from '../../../src/core/tensor.ts';
import { readTflite } from '../../../src/formats/tflite/read.ts';
import { getValue } from '../../../src/ir/graph.ts';
import type { Runtime } from '../../runtime/tflite-runtime.ts';
import { BIN } from '../start-up.ts';

/** A command that takes longer is ended. */
const MOST_MS = 300_000;
const MOST_OUTPUT_BYTES = 64 * 1024 * 1024;

/** How far a model came. */
export interface Journey {
  /** What ended it, with the sentence; undefined where the file was loaded and ran in TensorFlow Lite, and firmware is written. */
  readonly stopped?: { readonly at: string; readonly sentence: string };
  readonly seconds: number;
}

class Stopped extends Error {
  constructor(
    readonly at: string,
    readonly sentence: string,
  ) {
    super(sentence);
  }
}

/** What a command prints. Throws Stopped with the sentence of its error. */
function command(folder: string, argv: readonly string[]): string {
  const { status, stdout, stderr } = spawnSync(process.execPath, [BIN, ...argv], {
    cwd: folder,
    encoding: 'utf8',
    timeout: MOST_MS,
    maxBuffer: MOST_OUTPUT_BYTES,
  });
  if (status === 0) return stdout;
  const sentence = /^error (.*)$/m.exec(stderr)?.[1] ?? `it ended with ${status} and no sentence`;
  throw new Stopped(argv[0], sentence.replaceAll(/\S*\/(?=[^/\s]+)/g, ''));
}

/** The value of `--calibration`: one file, or one for each input in the order of the model. */
function calibrationOf(folder: string, model: string, samples: readonly string[]): string {
  if (samples.length === 1) return samples[0];
  const { inputs } = JSON.parse(command(folder, ['inspect', model, '--json'])) as {
    readonly inputs: readonly { readonly name: string }[];
  };
  return inputs.map(({ name }, index) => `${name}=${samples[index]}`).join(',');
}

/** Runs a written file once on zeros. */
function runIn(runtime: Runtime, bytes: Uint8Array): void {
  if (!runtime.ok) throw new Stopped('TensorFlow Lite', runtime.why);
  const { graph } = readTflite(bytes);
  try {
    runtime.run(
      bytes,
      graph.inputs.map((id) => new Uint8Array(tensorBytes(getValue(graph, id).type))),
    );
  } catch (error) {
    throw new Stopped('TensorFlow Lite', error instanceof Error ? error.message : String(error));
  }
}

/** Converts for the library of Arduino sketches. `model` and `samples` are paths; nothing stays on the disk. */
export function travel(model: string, samples: readonly string[], runtime: Runtime): Journey {
  const folder = mkdtempSync(join(tmpdir(), 'tinyml-bench-'));
  const started = performance.now();
  const seconds = (): number => (performance.now() - started) / 1000;
  try {
    const calibration = calibrationOf(folder, model, samples);
    const options = ['--int8', '--library', 'chirale', '--calibration', calibration];
    command(folder, ['convert', model, ...options, '-o', 'net.tflite']);
    command(folder, ['inspect', 'net.tflite']);
    command(folder, ['export-c', 'net.tflite', '--arduino', 'sketch']);
    runIn(runtime, readFileSync(join(folder, 'net.tflite')));
    return { seconds: seconds() };
  } catch (error) {
    if (!(error instanceof Stopped)) throw error;
    return { stopped: { at: error.at, sentence: error.sentence }, seconds: seconds() };
  } finally {
    rmSync(folder, { recursive: true });
  }
}
