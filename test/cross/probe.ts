/**
 * Which compilers work here. A compiler may be installed without the headers of its library, so each compiles one. What
 * is missing is what a skipped test says.
 */

import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const LIMIT_MS = 120_000;

/** Flags that choose the processor of the emulated board. */
export const CORTEX_M4 = ['-mcpu=cortex-m4', '-mthumb', '-mfpu=fpv4-sp-d16', '-mfloat-abi=hard'] as const;

/** What was tried in this process, which many files of tests share, by what was asked. */
const tried = new Map<string, boolean>();

function once(question: string, isTrue: () => boolean): boolean {
  const answer = tried.get(question) ?? isTrue();
  tried.set(question, answer);
  return answer;
}

function works(command: string, args: readonly string[], input = ''): boolean {
  return once(
    JSON.stringify([command, args, input]),
    () => spawnSync(command, args, { timeout: LIMIT_MS, input }).status === 0,
  );
}

function compiles(command: string, language: 'c' | 'c++', header: string, ...flags: string[]): boolean {
  return works(command, [...flags, '-x', language, '-fsyntax-only', '-'], `#include <${header}>\n`);
}

/** Empty where C++ can be compiled and run here, otherwise why not. */
export function missingNative(): string {
  return compiles('g++', 'c++', 'cstdint', '-fsanitize=undefined') ? '' : 'needs g++';
}

/** Whether programs for this machine can be linked by gold. */
export function hasGold(): boolean {
  return works('ld.gold', ['--version']);
}

/** clang and its arguments, with the headers of newlib where Debian has them. */
export const CORTEX_M4_OF_CLANG = [
  'clang',
  '--target=thumbv7em-none-eabi',
  ...['-isystem', '/usr/lib/arm-none-eabi/include'],
] as const;

/** Compiled and linked, since sanitizers come in a package of their own. */
function sanitizes(command: string): boolean {
  const folder = mkdtempSync(join(tmpdir(), 'tinyml-probe-'));
  try {
    const flags = ['-fsanitize=address,undefined', '-x', 'c++', '-', '-o', join(folder, 'probe')];
    return works(command, flags, '#include <cstdint>\nint main() { return 0; }\n');
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Empty where clang can compile here with sanitizers, otherwise why not. */
export function missingClang(): string {
  return once('clang++ sanitizes', () => sanitizes('clang++')) ? '' : 'needs clang with its sanitizers';
}

/** Empty where C by clang can be compiled for a Cortex-M4 and emulated, otherwise why not. */
export function missingCortexM4Clang(): string {
  const [clang, ...flags] = CORTEX_M4_OF_CLANG;
  return (
    missingCortexM4() ||
    (compiles(clang, 'c', 'stdio.h', ...flags, ...CORTEX_M4)
      ? ''
      : 'needs clang beside the headers of newlib')
  );
}

/** Empty where C++ can be compiled for a Cortex-M4, otherwise why not. */
export function missingCortexM4Compiler(): string {
  return compiles('arm-none-eabi-g++', 'c++', 'cstdint', ...CORTEX_M4)
    ? ''
    : 'needs arm-none-eabi-g++ with newlib and libstdc++';
}

/** Empty where programs for a Cortex-M4 can be compiled and emulated, otherwise why not. */
export function missingCortexM4(): string {
  return (
    missingCortexM4Compiler() || (works('qemu-system-arm', ['--version']) ? '' : 'needs qemu-system-arm')
  );
}

/** The first of the usual C compilers that works, or undefined. */
export function cCompiler(): string | undefined {
  return ['gcc', 'cc', 'clang'].find((command) => compiles(command, 'c', 'stdint.h'));
}
