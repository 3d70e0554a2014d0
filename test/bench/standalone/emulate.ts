/**
 * Generated C on an emulated Cortex-M4 (qemu mps2-an386): instructions of one inference by the clock that counts them, what each
 * layer runs, the stack, and the code's bytes.
 */

import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { tensorBytes } from '../../../src/core/tensor.ts';
import { type Graph, getValue, type ValueId } from '../../../src/ir/graph.ts';
import { emulatorArguments, instructionsOf } from '../../../src/targets/c/emulated/board.ts';
import type { Program } from '../../../src/targets/c/program.ts';
import { hasState } from '../../../src/targets/c/state-code.ts';
import { CORTEX_M4 } from '../../cross/probe.ts';
import { linkFlags } from '../../cross/toolchains.ts';
import { type Stretch, trace } from './trace.ts';

const START = resolve('test/cross/cortex-m/start.c');
const COMPILER = 'arm-none-eabi-gcc';
const SECTIONS = ['-ffunction-sections', '-fdata-sections'];

export interface Emulation {
  readonly instructions: number;
  /** Of the reset of its state, where it has one. */
  readonly resetInstructions: number;
  /** What each layer runs. */
  readonly layers: readonly Stretch[];
  readonly stackBytes: number;
  /** Of the model's source, without constants. */
  readonly codeBytes: number;
}

/** Before every layer, and behind the last. */
function withProbes(source: string): string {
  return source
    .replace('int model_invoke_in(', 'extern void probe(int layer);\nint model_invoke_in(')
    .replace(/^ {2}\/\* (\d+): /gm, '  probe($1);\n  /* $1: ')
    .replace(/^ {2}return MODEL_OK;/m, '  probe(-1);\n  return MODEL_OK;');
}

/** Memory of one input or output. */
function memoryOf(graph: Graph, id: ValueId, name: string): string {
  return `static int64_t ${name}[${Math.ceil(tensorBytes(getValue(graph, id).type) / 8)}];\n`;
}

/** Prints the ticks of one inference, the bytes of stack of another, and the ticks of a reset. */
function harness(program: Program): string {
  const { graph } = program;
  const stateful = hasState(program);
  const inputs = graph.inputs.map((id, i) => ({ id, name: `in_${i}` }));
  const outputs = graph.outputs.map((id, i) => ({ id, name: `out_${i}` }));
  const ends = [...inputs, ...outputs];
  const memory = ends.map(({ id, name }) => memoryOf(graph, id, name)).join('');
  const args = [...(stateful ? ['&state'] : []), ...ends.map(({ name }) => `(void *)${name}`)].join(', ');
  const reset = stateful ? 'model_reset(&state);' : '';
  return `#include "model.h"
#include <stdio.h>
/* Timer 0 of the board. That of the processor has 24 bits, and begins anew after 21 million instructions. */
#define CONTROL (*(volatile uint32_t *)0x40000000)
#define NOW (*(volatile uint32_t *)0x40000004)
#define RELOAD (*(volatile uint32_t *)0x40000008)
#define PAINT 0xa5a5a5a5u
${memory}${stateful ? 'static struct model_state state;\n' : ''}void probe(int layer);
void __attribute__((noinline)) probe(int layer) { __asm__ volatile("" : : "r"(layer)); }
static uint32_t ticks(uint32_t from, uint32_t to) { return from - to; }
static uint32_t __attribute__((noinline)) depth(void)
{
  /* Paint below the stack pointer, run, and see how far the paint is gone. */
  volatile uint32_t *top;
  uint32_t i;
  __asm__ volatile("mov %0, sp" : "=r"(top));
  for (i = 1; i < 4096; i++) top[-(int)i] = PAINT;
  model_invoke(${args});
  for (i = 4095; i > 0 && top[-(int)i] == PAINT; i--) {}
  return i;
}
static uint32_t __attribute__((noinline)) nothing(void) { return NOW; }
int main(void)
{
  uint32_t start, end, none, resets;
  RELOAD = 0xffffffffu; NOW = 0xffffffffu; CONTROL = 1;
  start = nothing(); end = nothing(); none = ticks(start, end);
  start = nothing();
  ${reset}
  end = nothing();
  resets = ticks(start, end) - none;
  start = nothing();
  model_invoke(${args});
  end = nothing();
  printf("%lu\\n", (unsigned long)(ticks(start, end) - none));
  printf("%lu\\n", (unsigned long)depth() * 4);
  printf("%lu\\n", (unsigned long)resets);
  return 0;
}
`;
}

/** A program of these sources for the board. */
export function build(
  folder: string,
  level: string,
  sources: Readonly<Record<string, string>>,
  program: string,
): void {
  for (const [path, text] of Object.entries(sources)) writeFileSync(join(folder, path), text);
  const objects = Object.keys(sources).filter((path) => path.endsWith('.c'));
  execFileSync(
    COMPILER,
    [
      ...CORTEX_M4,
      level,
      '-std=gnu99',
      ...SECTIONS,
      ...linkFlags('mps2-an386'),
      ...['-I.', START, ...objects, '-lm', '-o', program],
    ],
    { cwd: folder, stdio: ['ignore', 'ignore', 'inherit'] },
  );
}

/** The numbers that it prints, a line each. */
export function run(folder: string, program: string): number[] {
  const text = execFileSync('qemu-system-arm', emulatorArguments(program), { cwd: folder, encoding: 'utf8' });
  return text.trim().split('\n').map(Number);
}

/** Bytes of all sections of one kind in the object of a source in the folder. */
export function sectionBytes(
  folder: string,
  level: string,
  name: string,
  section: 'text' | 'rodata',
): number {
  execFileSync(
    COMPILER,
    [...CORTEX_M4, level, '-std=c99', ...SECTIONS, '-I.', '-c', `${name}.c`, '-o', `${name}.o`],
    {
      cwd: folder,
    },
  );
  const text = execFileSync('arm-none-eabi-size', ['-A', `${name}.o`], { cwd: folder, encoding: 'utf8' });
  return [...text.matchAll(new RegExp(`^\\.${section}\\S*\\s+(\\d+)`, 'gm'))].reduce(
    (sum, [, bytes]) => sum + Number(bytes),
    0,
  );
}

/** What one build of the sources costs, without a look at layers. */
export function emulateWhole(
  program: Program,
  sources: Readonly<Record<string, string>>,
  level: '-O2' | '-O3' | '-Os',
): Pick<Emulation, 'instructions' | 'stackBytes' | 'codeBytes'> {
  const folder = mkdtempSync(join(tmpdir(), 'tinyml-bench-standalone-'));
  try {
    build(folder, level, { ...sources, 'main.c': harness(program) }, 'plain.elf');
    const [ticks, stackBytes] = run(folder, 'plain.elf');
    return {
      instructions: instructionsOf(ticks),
      stackBytes,
      codeBytes: sectionBytes(folder, level, 'model', 'text'),
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** What one build of the sources costs. */
export async function emulate(
  program: Program,
  sources: Readonly<Record<string, string>>,
  level: '-O2' | '-Os',
): Promise<Emulation> {
  const folder = mkdtempSync(join(tmpdir(), 'tinyml-bench-standalone-'));
  try {
    const main = harness(program);
    build(folder, level, { ...sources, 'main.c': main }, 'plain.elf');
    const [ticks, stackBytes, resetTicks] = run(folder, 'plain.elf');
    const code = sectionBytes(folder, level, 'model', 'text');
    build(
      folder,
      level,
      { ...sources, 'model.c': withProbes(sources['model.c']), 'main.c': main },
      'probed.elf',
    );
    return {
      instructions: instructionsOf(ticks),
      resetInstructions: instructionsOf(resetTicks),
      layers: (await trace(folder, 'probed.elf')).slice(0, program.steps.length),
      stackBytes,
      codeBytes: code,
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
