/**
 * Compiles generated C and C++ with the stub headers of TensorFlow Lite Micro and runs it: here, and on an emulated
 * Cortex-M4. Every warning is an error. Nothing stays on the disk.
 */

import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { STUB_MODEL } from './stub-model.ts';

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
const STUBS = here('./stubs');
const START = here('./cortex-m4/start.c');
const LINKER_SCRIPT = here('./cortex-m4/mps2-an386.ld');

const COMPILE_LIMIT_MS = 120_000;
const RUN_LIMIT_MS = 30_000;
const OUTPUT_LIMIT_BYTES = 16 * 1024 * 1024;

const COMMON_FLAGS = ['-O1', '-Wall', '-Wextra', '-Werror', '-pedantic'];
const CORTEX_M4 = ['-mcpu=cortex-m4', '-mthumb', '-mfpu=fpv4-sp-d16', '-mfloat-abi=hard'];
const CORTEX_M4_LINK = ['-ffunction-sections', '-fdata-sections', '-Wl,--gc-sections'];

export interface CompileOptions {
  /** `c++17` unless told. Sources ending in `.c` are C99. */
  readonly standard?: 'c++11' | 'c++14' | 'c++17';
  /** Searched after the sources' own folder and the stubs. */
  readonly includeDirs?: readonly string[];
  readonly defines?: Readonly<Record<string, string>>;
}

export interface ProgramRun {
  readonly stdout: string;
  readonly stderr: string;
  readonly exitCode: number;
}

interface Toolchain {
  readonly c: string;
  readonly cxx: string;
  readonly flags: readonly string[];
  readonly link: readonly string[];
  readonly extraSources: readonly string[];
  readonly command: (program: string) => readonly [string, ...string[]];
}

const NATIVE: Toolchain = {
  c: 'gcc',
  cxx: 'g++',
  flags: ['-fsanitize=undefined', '-fno-sanitize-recover=all'],
  link: ['-fsanitize=undefined'],
  extraSources: [],
  command: (program) => [program],
};

const CORTEX_M4_QEMU: Toolchain = {
  c: 'arm-none-eabi-gcc',
  cxx: 'arm-none-eabi-g++',
  flags: [...CORTEX_M4, '-ffunction-sections', '-fdata-sections'],
  link: [...CORTEX_M4, ...CORTEX_M4_LINK, '--specs=rdimon.specs', '-nostartfiles', '-T', LINKER_SCRIPT],
  extraSources: [START],
  command: (program) => [
    'qemu-system-arm',
    ...['-M', 'mps2-an386', '-nographic', '-monitor', 'none', '-serial', 'none'],
    ...['-semihosting-config', 'enable=on,target=native', '-kernel', program],
  ],
};

function works(command: string, ...args: string[]): boolean {
  return spawnSync(command, args, { timeout: RUN_LIMIT_MS, input: '#include <cstdint>\n' }).status === 0;
}

/** Empty where C++ can be compiled and run here, otherwise why not: what a skipped test says. */
export function missingNative(): string {
  return works('g++', '-fsanitize=undefined', '-x', 'c++', '-fsyntax-only', '-') ? '' : 'needs g++';
}

/** Empty where programs for a Cortex-M4 can be compiled and emulated, otherwise why not. */
export function missingCortexM4(): string {
  if (!works('arm-none-eabi-g++', ...CORTEX_M4, '-x', 'c++', '-fsyntax-only', '-'))
    return 'needs arm-none-eabi-g++ with newlib and libstdc++';
  return works('qemu-system-arm', '--version') ? '' : 'needs qemu-system-arm';
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

/** The same on a Cortex-M4F with single-precision FPU, hard float ABI. A fault exits with 98, a failed stub with 99. */
export function runOnCortexM4(
  sources: Readonly<Record<string, string>>,
  options: CompileOptions = {},
): ProgramRun {
  return buildAndRun(CORTEX_M4_QEMU, sources, options);
}

function buildAndRun(
  toolchain: Toolchain,
  sources: Readonly<Record<string, string>>,
  options: CompileOptions,
): ProgramRun {
  const folder = mkdtempSync(join(tmpdir(), 'tinyml-cross-'));
  try {
    for (const [path, text] of Object.entries(sources)) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), text);
    }
    const program = build(toolchain, folder, Object.keys(sources), options);
    const [command, ...args] = toolchain.command(program);
    const { status, signal, error, stdout, stderr } = spawnSync(command, args, {
      cwd: folder,
      encoding: 'utf8',
      timeout: RUN_LIMIT_MS,
      killSignal: 'SIGKILL',
      maxBuffer: OUTPUT_LIMIT_BYTES,
    });
    if (status === null)
      throw new Error(`the program was ended: ${error?.message ?? signal}\n${stdout}${stderr}`);
    return { stdout, stderr, exitCode: status };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function build(
  toolchain: Toolchain,
  folder: string,
  paths: readonly string[],
  options: CompileOptions,
): string {
  const include = ['-I.', `-I${STUBS}`, ...(options.includeDirs ?? []).map((path) => `-I${path}`)];
  const defines = Object.entries(options.defines ?? {}).map(([name, value]) => `-D${name}=${value}`);
  const flags = [...COMMON_FLAGS, ...toolchain.flags, ...include, ...defines];
  const standard = options.standard ?? 'c++17';
  const sources = paths.filter((path) => /\.(c|cc|cpp|ino)$/.test(path));
  const stubs = [join(STUBS, 'stubs.cc')];
  if (sources.includes(STUB_MODEL)) stubs.push(join(STUBS, 'interpreter.cc'));
  if (sources.some((path) => path.endsWith('.ino'))) stubs.push(join(STUBS, 'arduino_main.cc'));
  const objects = [...sources, ...toolchain.extraSources, ...stubs].map((source, index) => {
    const object = `object-${index}.o`;
    compile(toolchain, folder, source, object, flags, standard);
    return object;
  });
  run(toolchain.cxx, ['-o', 'program', ...objects, ...toolchain.link], folder);
  return join(folder, 'program');
}

function compile(
  toolchain: Toolchain,
  folder: string,
  source: string,
  object: string,
  flags: readonly string[],
  standard: string,
): void {
  if (source.endsWith('.c')) {
    run(toolchain.c, ['-std=c99', ...flags, '-c', source, '-o', object], folder);
    return;
  }
  const language = source.endsWith('.ino') ? ['-x', 'c++', '-include', 'Arduino.h'] : [];
  run(toolchain.cxx, [`-std=${standard}`, ...flags, ...language, '-c', source, '-o', object], folder);
}

function run(command: string, args: readonly string[], folder: string): void {
  const { status, error, stdout, stderr } = spawnSync(command, args, {
    cwd: folder,
    encoding: 'utf8',
    timeout: COMPILE_LIMIT_MS,
  });
  if (status !== 0) throw new Error(`${command} fails: ${error?.message ?? ''}\n${stdout}${stderr}`);
}
