/** Loops of one step of arithmetic on many sums that do not wait for each other: what WebAssembly does at best, without memory. */

import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { leastSecondsOf } from '../timing.ts';

/** Enough for the latency of a product and a sum, and not more than there are registers. */
const CHAINS = 12;
const UNROLLED = 4;
const ROUNDS = 20000;

const sums = Array.from({ length: CHAINS }, (_, chain) => `s${chain}`);

/** What a chain does: an expression of its sum and of `x`, a vector that the compiler does not know. */
export interface ChainStep {
  next(sum: string): string;
  /** Multiply-accumulates of one step. */
  readonly macs: number;
  /** What every byte of `x` is: 3 where absent. */
  readonly byte?: number;
}

/** AssemblyScript. */
function sourceOf({ next }: ChainStep): string {
  const steps = Array.from({ length: UNROLLED }, () => sums).flat();
  return `
export function run(rounds: i32, factor: i32): i32 {
  const x = i8x16.splat(<i8>factor);
  ${sums.map((sum, chain) => `let ${sum} = i32x4.splat(${chain});`).join('\n  ')}
  for (let i = 0; i < rounds; i++) {
    ${steps.map((sum) => `${sum} = ${next(sum)};`).join('\n    ')}
  }
  return i32x4.extract_lane(${sums.reduce((all, sum) => `i32x4.add(${all}, ${sum})`)}, 0);
}`;
}

const COMPILER = resolve('node_modules/assemblyscript/bin/asc.js');
const OPTIONS = ['-O3', '--noAssert', '--runtime', 'stub', '--enable', 'simd', '--enable', 'relaxed-simd'];

/** In a process of its own: the compiler is WebAssembly too, whose optimization would keep that of the loop waiting. */
function compile(step: ChainStep): Uint8Array {
  const folder = mkdtempSync(join(tmpdir(), 'tinyml-bench-'));
  try {
    const [source, binary] = ['chains.ts', 'chains.wasm'].map((name) => join(folder, name));
    writeFileSync(source, sourceOf(step));
    execFileSync(process.execPath, [COMPILER, source, ...OPTIONS, '--use', 'abort=', '--outFile', binary]);
    return readFileSync(binary);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function instantiate(binary: Uint8Array): object | undefined {
  const memory = new WebAssembly.Memory({ initial: 1, maximum: 1 });
  try {
    return new WebAssembly.Instance(new WebAssembly.Module(binary), { env: { memory } }).exports;
  } catch {
    return undefined;
  }
}

/** Multiply-accumulates a second, by the fastest of many rounds; undefined where the engine lacks an instruction. */
export async function macsPerSecond(step: ChainStep): Promise<number | undefined> {
  const exports = instantiate(compile(step));
  if (exports === undefined) return undefined;
  const { run } = exports as { run(rounds: number, factor: number): number };
  const seconds = await leastSecondsOf(() => run(ROUNDS, step.byte ?? 3));
  return (ROUNDS * UNROLLED * CHAINS * step.macs) / seconds;
}
