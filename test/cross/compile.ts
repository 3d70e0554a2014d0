/**
 * Compiles generated C and C++ with the stub headers of TensorFlow Lite Micro and runs it: here, and on an emulated
 * Cortex-M4. Every warning is an error. Nothing stays on the disk.
 */

import { type SpawnSyncReturns, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { shellCommand, shellWord } from '../../src/core/shell-word.ts';
import { keepObject, keptObject, objectKey, readFor, type Sources } from './compiled-objects.ts';
import { STUB_MODEL } from './stub-model.ts';
import {
  CLANG,
  CORTEX_M0_QEMU,
  CORTEX_M3_QEMU,
  CORTEX_M4_CLANG,
  CORTEX_M4_QEMU,
  CORTEX_M4_UART,
  CORTEX_M55_QEMU,
  MICROBIT_QEMU,
  NATIVE,
  type Optimization,
  SANITIZED,
  STRICT_WARNINGS,
  type Toolchain,
} from './toolchains.ts';

/** From the root of the checkout, whence tests and the bench run; the bench is compiled elsewhere. */
const STUBS = resolve('test/cross/stubs');

/** To compile and to run. */
const LIMIT_MS = 300_000;
const OUTPUT_LIMIT_BYTES = 16 * 1024 * 1024;

const COMMON_FLAGS = ['-Wall', '-Wextra', '-Werror', '-pedantic'];

export interface CompileOptions {
  /** `c++17` unless told. Sources ending in `.c` are C99, with `gnu++14` and `gnu++17` that of gcc. */
  readonly standard?: 'c++11' | 'c++14' | 'c++17' | 'gnu++14' | 'gnu++17';
  /**
   * That of the toolchain unless told. As build systems of boards do: with `gnu++14` and `-O2` gcc joins products with
   * additions on chips that can.
   */
  readonly optimize?: Optimization;
  /** Searched after the sources' own folder and the stubs. */
  readonly includeDirs?: readonly string[];
  readonly defines?: Readonly<Record<string, string>>;
  /** What the program reads. */
  readonly input?: Uint8Array;
  /** C that has no doubtful conversion and reads and writes nothing outside, here watched while it runs. */
  readonly strict?: true;
}

export interface ProgramRun {
  readonly stdout: string;
  readonly stderr: string;
  readonly exitCode: number;
}

/**
 * Compiles `sources` (path to text; every .c, .cc, .cpp and .ino is compiled, everything can be included), links them
 * with the stubs and runs the program. One that uses an interpreter has a source STUB_MODEL (stub-model.ts).
 * A sketch (.ino) gets a main that calls setup() and loop().
 * @throws Error with the compiler's words where it does not compile.
 */
export function runNative(
  sources: Readonly<Record<string, string>>,
  options: CompileOptions = {},
): ProgramRun {
  return buildAndRun(NATIVE, sources, options);
}

/** The same with AddressSanitizer and the warnings that generated C has to be free of; what is undefined is told on stderr. */
export function runSanitized(
  sources: Readonly<Record<string, string>>,
  options: CompileOptions = {},
): ProgramRun {
  return buildAndRun(SANITIZED, sources, options);
}

/** The same on a Cortex-M4F with single-precision FPU, hard float ABI. A fault exits with 98, a failed stub with 99. */
export function runOnCortexM4(
  sources: Readonly<Record<string, string>>,
  options: CompileOptions = {},
): ProgramRun {
  return buildAndRun(CORTEX_M4_QEMU, sources, options);
}

/** The same on a Cortex-M4 whose standard input and output are its UART: what it reads comes through the wire, byte by byte. */
export function runOverUart(
  sources: Readonly<Record<string, string>>,
  { input = new Uint8Array(0), ...options }: CompileOptions = {},
): ProgramRun {
  const sent = new Uint8Array(4 + input.length);
  new DataView(sent.buffer).setUint32(0, input.length, true);
  sent.set(input, 4);
  return buildAndRun(CORTEX_M4_UART, sources, { ...options, input: sent });
}

/** The same on a Cortex-M3, which takes the portable path. */
export function runOnCortexM3(
  sources: Readonly<Record<string, string>>,
  options: CompileOptions = {},
): ProgramRun {
  return buildAndRun(CORTEX_M3_QEMU, sources, options);
}

/** The same compiled by clang, with its sanitizers and warnings. */
export function runWithClang(
  sources: Readonly<Record<string, string>>,
  options: CompileOptions = {},
): ProgramRun {
  return buildAndRun(CLANG, sources, options);
}

/** The same on a Cortex-M4, C compiled by clang. */
export function runOnCortexM4WithClang(
  sources: Readonly<Record<string, string>>,
  options: CompileOptions = {},
): ProgramRun {
  return buildAndRun(CORTEX_M4_CLANG, sources, options);
}

/** The same in the instructions of a Cortex-M0+, on a board with more memory than such have. */
export function runAsCortexM0(
  sources: Readonly<Record<string, string>>,
  options: CompileOptions = {},
): ProgramRun {
  return buildAndRun(CORTEX_M0_QEMU, sources, options);
}

/** The same on a Cortex-M0 with 256 KiB of flash and 16 KiB of RAM, where words that lie askew are a fault. */
export function runOnMicrobit(
  sources: Readonly<Record<string, string>>,
  options: CompileOptions = {},
): ProgramRun {
  return buildAndRun(MICROBIT_QEMU, sources, options);
}

/** The same on a Cortex-M55, for whose vectors (Helium) loops are compiled. */
export function runOnCortexM55(
  sources: Readonly<Record<string, string>>,
  options: CompileOptions = {},
): ProgramRun {
  return buildAndRun(CORTEX_M55_QEMU, sources, options);
}

/** How processors end a program at a trap. */
const TRAPPED: readonly (NodeJS.Signals | null)[] = ['SIGILL', 'SIGTRAP'];

/** Where something undefined ends the program, it is compiled again, with words for it. */
function buildAndRun(toolchain: Toolchain, sources: Sources, options: CompileOptions): ProgramRun {
  const { traps } = toolchain;
  if (traps.length > 0) {
    const result = runOnce({ ...toolchain, flags: [...toolchain.flags, ...traps] }, sources, options);
    if (!TRAPPED.includes(result.signal)) return programRun(result);
  }
  return programRun(runOnce(toolchain, sources, options));
}

function programRun({ status, signal, error, stdout, stderr }: SpawnSyncReturns<string>): ProgramRun {
  if (status === null)
    throw new Error(`the program was ended: ${error?.message ?? signal}\n${stdout}${stderr}`);
  return { stdout, stderr, exitCode: status };
}

/** In one process of the shell, since a process with much memory takes long to start each. */
function runOnce(toolchain: Toolchain, sources: Sources, options: CompileOptions): SpawnSyncReturns<string> {
  const folder = mkdtempSync(join(tmpdir(), 'tinyml-cross-'));
  try {
    for (const [path, text] of Object.entries(sources)) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), text);
    }
    const objects = objectsOf(toolchain, sources, options);
    const missing = objects.filter(({ key, name }) => {
      const kept = keptObject(key);
      if (kept !== undefined) writeFileSync(join(folder, name), kept);
      return kept === undefined;
    });
    const steps = [
      ...missing.map(({ command, name }) => [...command, '-o', name]),
      linkCommand(toolchain, objects, options),
    ];
    const result = spawnSync('sh', ['-c', script(steps, toolchain.command(join(folder, 'program')))], {
      cwd: folder,
      encoding: 'utf8',
      ...(options.input === undefined ? {} : { input: options.input }),
      timeout: LIMIT_MS,
      killSignal: 'SIGKILL',
      maxBuffer: OUTPUT_LIMIT_BYTES,
    });
    const failure = join(folder, FAILURE);
    if (existsSync(failure)) throw new Error(readFileSync(failure, 'utf8'));
    if (result.error === undefined)
      for (const { key, name } of missing) keepObject(key, readFileSync(join(folder, name)));
    return result;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Where the words of what fails are before the program runs. */
const FAILURE = 'failure.txt';

function script(steps: readonly (readonly string[])[], program: readonly string[]): string {
  const lines = steps.map((argv) => {
    const command = shellCommand(argv);
    return `{ echo ${shellWord(command)} fails:; ${command}; } >said.txt 2>&1 </dev/null || { mv said.txt ${FAILURE}; exit 1; }`;
  });
  return [...lines, `exec ${shellCommand(program)}`].join('\n');
}

interface ProgramObject {
  readonly key: string;
  /** Without what it is written to. */
  readonly command: readonly string[];
  /** In the folder of the program. */
  readonly name: string;
}

function objectsOf(toolchain: Toolchain, sources: Sources, options: CompileOptions): ProgramObject[] {
  const include = ['-I.', `-I${STUBS}`, ...(options.includeDirs ?? []).map((path) => `-I${path}`)];
  const defines = Object.entries(options.defines ?? {}).map(([name, value]) => `-D${name}=${value}`);
  const flags = [options.optimize ?? toolchain.optimize, ...COMMON_FLAGS, ...toolchain.flags];
  if (options.strict) flags.push(...STRICT_WARNINGS, ...toolchain.strict);
  const standard = options.standard ?? 'c++17';
  const compiled = Object.keys(sources).filter((path) => /\.(c|cc|cpp|ino)$/.test(path));
  const own = compiled.map((source) => {
    const command = compileCommand(toolchain, source, [...flags, ...include, ...defines], standard);
    return { command, text: readFor(sources, source) };
  });
  // None of it sees the sources or their defines.
  const supportFlags = ['-O1', ...COMMON_FLAGS, ...toolchain.flags, `-I${STUBS}`];
  const support = supportOf(toolchain, compiled).map((source) => {
    return { command: compileCommand(toolchain, source, supportFlags, standard), text: '' };
  });
  return [...own, ...support].map(({ command, text }, index) => {
    return { key: objectKey(command, text), command, name: `object-${index}.o` };
  });
}

function linkCommand(
  { cxx, link, strict }: Toolchain,
  objects: readonly ProgramObject[],
  options: CompileOptions,
): readonly string[] {
  const names = objects.map(({ name }) => name);
  return [cxx, '-o', 'program', ...names, ...link, ...(options.strict ? strict : [])];
}

/** What stands in for the board and the libraries. */
function supportOf({ extraSources }: Toolchain, sources: readonly string[]): string[] {
  const support = [...extraSources, join(STUBS, 'stubs.cc')];
  if (sources.includes(STUB_MODEL)) support.push(join(STUBS, 'interpreter.cc'));
  if (sources.some((path) => path.endsWith('.ino'))) support.push(join(STUBS, 'arduino_main.cc'));
  return support;
}

function compileCommand(
  toolchain: Toolchain,
  source: string,
  flags: readonly string[],
  standard: string,
): readonly [string, ...string[]] {
  if (source.endsWith('.c'))
    return [...toolchain.c, standard.startsWith('gnu') ? '-std=gnu99' : '-std=c99', ...flags, '-c', source];
  const language = source.endsWith('.ino') ? ['-x', 'c++', '-include', 'Arduino.h'] : [];
  return [toolchain.cxx, `-std=${standard}`, ...flags, ...language, '-c', source];
}
