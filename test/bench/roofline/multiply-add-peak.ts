/** How many multiply-accumulates a second WebAssembly SIMD does at best: a loop of independent chains, without memory. */

import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { leastSecondsOf } from '../timing.ts';

/** Enough for the latency of a product and a sum, and not more than there are registers. */
const CHAINS = 12;
const UNROLLED = 4;
const ROUNDS = 20000;
/** `i32x4.dot_i16x8_s` multiplies eight pairs. */
const MACS = 8;

const sums = Array.from({ length: CHAINS }, (_, chain) => `s${chain}`);

/** AssemblyScript: every sum grows by its product with a number that the compiler does not know. */
const SOURCE = `
export function peak(rounds: i32, factor: i32): i32 {
  const x = i16x8.splat(<i16>factor);
  ${sums.map((sum, chain) => `let ${sum} = i32x4.splat(${chain});`).join('\n  ')}
  for (let i = 0; i < rounds; i++) {
    ${Array.from({ length: UNROLLED }, () => sums)
      .flat()
      .map((sum) => `${sum} = i32x4.add(${sum}, i32x4.dot_i16x8_s(x, ${sum}));`)
      .join('\n    ')}
  }
  return i32x4.extract_lane(${sums.reduce((all, sum) => `i32x4.add(${all}, ${sum})`)}, 0);
}`;

const COMPILER = resolve('node_modules/assemblyscript/bin/asc.js');
const OPTIONS = ['-O3', '--noAssert', '--runtime', 'stub', '--enable', 'simd', '--use', 'abort='];

/** In a process of its own: the compiler is WebAssembly too, whose optimization would keep that of the loop waiting. */
function compile(): Uint8Array {
  const folder = mkdtempSync(join(tmpdir(), 'tinyml-bench-'));
  try {
    const [source, binary] = ['peak.ts', 'peak.wasm'].map((name) => join(folder, name));
    writeFileSync(source, SOURCE);
    execFileSync(process.execPath, [COMPILER, source, ...OPTIONS, '--outFile', binary]);
    return readFileSync(binary);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Of int16 with int32 sums; a second, by the fastest of many rounds. */
export async function multiplyAddPeak(): Promise<number> {
  const memory = new WebAssembly.Memory({ initial: 1, maximum: 1 });
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(compile()), { env: { memory } });
  const { peak } = exports as { peak(rounds: number, factor: number): number };
  const seconds = await leastSecondsOf(() => peak(ROUNDS, 3));
  return (ROUNDS * UNROLLED * CHAINS * MACS) / seconds;
}
