/** How long conversions of files take as whole processes, where nothing is calibrated. */

import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, extname, join } from 'node:path';
import { atMost, formatSeconds, type Outcome } from './row.ts';
import { SHARED_FOLDER } from './shared.ts';
import { BIN } from './start-up.ts';
import { inTurns } from './timing.ts';

const MOST_SECONDS = 0.4;
const RUNS = 5;
const MODELS = ['.h5', '.keras', '.tflite'];
/** Integers stay as they are; what is float stays float. */
const INTEGERS = /int8|8bit|quantized/;

function modelFiles(): readonly string[] {
  const folder = join(SHARED_FOLDER, 'models');
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => MODELS.includes(extname(name)))
    .sort()
    .map((name) => join(folder, name));
}

function convertSeconds(model: string, output: string): number {
  const form = INTEGERS.test(basename(model)) ? [] : ['--float'];
  const started = performance.now();
  const { status } = spawnSync(process.execPath, [BIN, 'convert', model, ...form, '-o', output], {
    stdio: 'ignore',
  });
  if (status !== 0) throw new Error(`convert ${model} ended with ${status}; run "npm run build" first`);
  return (performance.now() - started) / 1000;
}

/** The slowest of all reference models, and how long each takes. */
export async function wholeConversions(): Promise<Outcome[]> {
  const folder = mkdtempSync(join(tmpdir(), 'tinyml-bench-'));
  try {
    const models = modelFiles();
    const { medians } = await inTurns(
      { least: RUNS, most: RUNS, seconds: Infinity },
      ...models.map((model) => () => convertSeconds(model, join(folder, 'model.tflite'))),
    );
    const each = models.map((model, index) => ({ name: basename(model), seconds: medians[index] }));
    each.sort((a, b) => b.seconds - a.seconds);
    return [
      {
        name: `tinyml convert, slowest of ${each.length} reference models, whole process`,
        value: each[0].seconds,
        unit: 's',
        target: atMost(MOST_SECONDS),
        how: `medians of ${RUNS}: ${each.map(({ name, seconds }) => `${name} ${formatSeconds(seconds)}`).join(', ')}`,
      },
    ];
  } finally {
    rmSync(folder, { recursive: true });
  }
}
