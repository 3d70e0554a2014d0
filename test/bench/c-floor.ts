/** The C program of floor/sine.c, compiled where a compiler is. */

import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { batchOrder } from '../../src/training/batch-order.ts';
import { targetsOf } from '../../src/training/samples/sample-stream.ts';
import type { TrainingJob } from '../../src/training/trainer.ts';
import { cCompiler } from '../cross/probe.ts';
import { allRows } from '../training/all-rows.ts';
import type { EpochTimes } from './epochs.ts';

const OPTIMIZED = ['-O3', '-march=native'] as const;
/** How it is compiled: for all that this processor has, or with vectors as wide as those of WebAssembly. */
export const C_FLAGS = {
  native: OPTIMIZED,
  narrow: [...OPTIMIZED, '-mprefer-vector-width=128'],
} as const;

const SOURCE = resolve('test/bench/floor/sine.c');

export interface CFloor {
  /** `gcc 12.2.0` */
  readonly compiler: string;
  /** Loss and validation loss of the first `orders` epochs, in the engine's order of samples. */
  readonly losses: readonly (readonly [number, number])[];
  epochTimes(epochs: number): EpochTimes;
  /** Removes what was compiled. */
  close(): void;
}

function int32(values: ArrayLike<number>): Uint8Array {
  return new Uint8Array(Int32Array.from(values).buffer);
}

function float32(values: Float32Array): Uint8Array {
  return new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
}

/** The file that sine.c describes. */
function jobFile(
  { train, validation, recipe, initialWeights, seed }: TrainingJob,
  orders: number,
): Uint8Array {
  const samples = train.x.count;
  return Buffer.concat([
    int32([samples, validation.x.count, recipe.batchSize, orders]),
    float32(Float32Array.of(recipe.learningRate)),
    ...initialWeights.map(({ data }) => float32(data)),
    ...[train, validation].flatMap((split) =>
      [split.x, targetsOf(split)].map((rows) => float32(allRows(rows))),
    ),
    ...Array.from({ length: orders }, (_, index) => int32(batchOrder(seed, index + 1, samples))),
  ]);
}

/** Undefined where there is no C compiler. Throws where it does not know a flag. */
export function openCFloor(job: TrainingJob, orders: number, flags: readonly string[]): CFloor | undefined {
  const name = cCompiler();
  if (name === undefined) return undefined;
  const folder = mkdtempSync(join(tmpdir(), 'tinyml-bench-'));
  const program = join(folder, 'sine');
  const jobPath = join(folder, 'job.bin');
  const run = (epochs: number): string[] =>
    execFileSync(program, [jobPath, String(epochs)], { encoding: 'utf8' })
      .trimEnd()
      .split('\n');
  try {
    const options = [...flags, '-std=c11', '-D_POSIX_C_SOURCE=200809L'];
    execFileSync(name, [...options, SOURCE, '-o', program, '-lm'], { stdio: ['ignore', 'ignore', 'pipe'] });
    writeFileSync(jobPath, jobFile(job, orders));
    const losses = run(0).map((line) => line.split(' ').map(Number) as [number, number]);
    const version = execFileSync(name, ['-dumpversion'], { encoding: 'utf8' }).trim();
    return {
      compiler: `${name} ${version}`,
      losses,
      epochTimes(epochs) {
        const [, median, least] = run(epochs).at(-1)?.split(' ').map(Number) ?? [];
        return { median, least };
      },
      close: () => rmSync(folder, { recursive: true }),
    };
  } catch (error) {
    rmSync(folder, { recursive: true });
    throw error;
  }
}
