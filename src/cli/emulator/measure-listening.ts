/** Compiles C that listens for a Cortex-M4, and counts its instructions in an emulator; both programs have to be installed. */

import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { interruptedError } from '../../core/errors.ts';
import type { ListeningCost, NotMeasured } from '../../models/duty/listening-cost.ts';
import {
  type ListeningProgram,
  listeningCost,
  type MeasuredProgram,
  type ObjectBytes,
} from '../../models/duty/listening-sources.ts';
import { CORTEX_M4_FLAGS, emulatorArguments } from '../../targets/c/emulated/board.ts';
import {
  HARNESS_LINES,
  HARNESS_PARTS,
  HARNESS_SOURCES,
  type HarnessLine,
  MEMORY_FILE,
} from '../../targets/c/emulated/listening-harness.ts';

/** As build systems of boards do. */
const LEVEL = '-O2';
const LIMIT_MS = 120_000;

/** A program that is missing or fails; its message is the end of a sentence. */
class ProgramFailure extends Error {}

interface Place {
  readonly folder: string;
  readonly signal: AbortSignal;
}

/** What it prints. Throws ProgramFailure, and `interrupted`. */
function run(program: string, args: readonly string[], { folder, signal }: Place): Promise<string> {
  return new Promise((resolve, reject) => {
    const options = { cwd: folder, signal, timeout: LIMIT_MS, killSignal: 'SIGKILL' } as const;
    execFile(program, args, options, (error, stdout, stderr) => {
      if (error === null) return resolve(stdout);
      if (signal.aborted)
        return reject(interruptedError('interrupted', `Stopped ${program} before it was done`));
      if (error.code === ('ENOENT' as unknown))
        return reject(new ProgramFailure(`${program} is not installed`));
      if (error.killed) return reject(new ProgramFailure(`${program} took more than ${LIMIT_MS / 1000} s`));
      const said = stderr.split('\n').find((line) => line.includes('error')) ?? '';
      reject(new ProgramFailure(`${program} fails${said === '' ? '' : `: ${said.trim()}`}`));
    });
  });
}

/** Sections as `arm-none-eabi-size -A` prints them. */
function objectBytes(text: string): ObjectBytes {
  const sum = (pattern: RegExp): number =>
    [...text.matchAll(pattern)].reduce((bytes, [, size]) => bytes + Number(size), 0);
  const data = sum(/^\.data\S*\s+(\d+)/gm);
  return { flash: sum(/^\.(?:text|rodata)\S*\s+(\d+)/gm) + data, ram: sum(/^\.bss\S*\s+(\d+)/gm) + data };
}

function readLines(text: string): Record<HarnessLine, number> {
  const values = text.trim().split('\n');
  if (values.length !== HARNESS_LINES.length || !values.every((value) => /^\d+$/.test(value)))
    throw new ProgramFailure('the emulated program does not run to its end');
  return Object.fromEntries(HARNESS_LINES.map((name, i) => [name, Number(values[i])])) as Record<
    HarnessLine,
    number
  >;
}

async function measureIn(place: Place): Promise<MeasuredProgram> {
  const compiler = 'arm-none-eabi-gcc';
  const flags = [...CORTEX_M4_FLAGS, LEVEL, '-std=gnu99', '-ffunction-sections', '-fdata-sections'];
  const objects = HARNESS_SOURCES.map((source) => source.replace(/c$/, 'o'));
  await run(compiler, [...flags, '-I.', '-c', ...HARNESS_SOURCES], place);
  const sizes: Record<string, ObjectBytes> = {};
  for (const [part, name] of Object.entries(HARNESS_PARTS))
    sizes[part] = objectBytes(await run('arm-none-eabi-size', ['-A', `${name}.o`], place));
  const link = ['-nostartfiles', '-Wl,--gc-sections', '-T', MEMORY_FILE];
  await run(compiler, [...flags, ...link, ...objects, '-lm', '-o', 'program.elf'], place);
  const lines = readLines(await run('qemu-system-arm', emulatorArguments('program.elf'), place));
  return { lines, objects: sizes as MeasuredProgram['objects'], level: LEVEL };
}

/** Nothing stays on the disk. Throws `interrupted`. */
export async function measureListening(
  program: ListeningProgram,
  signal: AbortSignal,
): Promise<ListeningCost | NotMeasured> {
  const folder = mkdtempSync(join(tmpdir(), 'tinyml-emulator-'));
  try {
    for (const [path, text] of Object.entries(program.files)) writeFileSync(join(folder, path), text);
    return listeningCost(program, await measureIn({ folder, signal }));
  } catch (error) {
    if (error instanceof ProgramFailure) return { doubt: error.message };
    throw error;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
