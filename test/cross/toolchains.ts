/** Compilers of generated C and C++, and what runs their programs. */

import { resolve } from 'node:path';
import { CORTEX_M4, CORTEX_M4_OF_CLANG, hasGold } from './probe.ts';

/** From the root of the checkout, whence tests and the bench run; the bench is compiled elsewhere. */
const BOARDS = resolve('test/cross/cortex-m');
const START = resolve(BOARDS, 'start.c');

export type Optimization = '-O0' | '-O1' | '-O2' | '-O3';

export interface Toolchain {
  /** With the arguments that C alone gets. */
  readonly c: readonly [string, ...string[]];
  readonly cxx: string;
  readonly flags: readonly string[];
  /** Of what is compiled, unless a test says otherwise. */
  readonly optimize: Optimization;
  readonly link: readonly string[];
  /** What is added to both where strict. */
  readonly strict: readonly string[];
  readonly extraSources: readonly string[];
  /** With which what is undefined ends a program without a word: half as long to compile as words are. */
  readonly traps: readonly string[];
  readonly command: (program: string) => readonly [string, ...string[]];
}

/** What generated C is free of besides. */
export const STRICT_WARNINGS = ['-Wconversion', '-Wsign-conversion', '-Wshadow', '-Wstrict-aliasing=1'];

/** Of reads and writes, which are watched all the same: gcc compiles a sixth faster what has functions for it. */
const CALLS = '--param=asan-instrumentation-with-call-threshold=0';

/** gold takes a third of the time that the usual linker takes. */
const LINKER = hasGold() ? ['-fuse-ld=gold'] : [];

/**
 * Without optimization, which takes a quarter of the time and lets the sanitizers see every step, also those of which
 * nothing is used. What compilers make of the same sources when they optimize is compared on the emulated processors.
 */
export const NATIVE: Toolchain = {
  c: ['gcc'],
  cxx: 'g++',
  flags: ['-fsanitize=undefined', '-fno-sanitize-recover=all'],
  optimize: '-O0',
  link: [...LINKER, '-fsanitize=undefined'],
  strict: ['-fsanitize=address', CALLS],
  extraSources: [],
  traps: ['-fsanitize-undefined-trap-on-error'],
  command: (program) => [program],
};

const SANITIZERS = '-fsanitize=address,undefined';

/**
 * What generated C99 is held to: no read or write outside, nothing undefined, and every conversion said. What UBSan
 * adds makes gcc warn of places outside on paths that no program takes; other compilations ask for these warnings.
 */
export const SANITIZED: Toolchain = {
  ...NATIVE,
  flags: [
    SANITIZERS,
    CALLS,
    ...STRICT_WARNINGS,
    '-Wno-array-bounds',
    '-Wno-stringop-overflow',
    '-Wno-stringop-overread',
  ],
  link: [...LINKER, SANITIZERS],
};

/** The same by clang, which warns of functions that nothing calls, too. */
export const CLANG: Toolchain = {
  ...SANITIZED,
  c: ['clang'],
  cxx: 'clang++',
  flags: [SANITIZERS, ...STRICT_WARNINGS],
  strict: [],
  traps: ['-fsanitize-trap=undefined'],
};

/** The boards of qemu, by its names. */
type Board = 'mps2-an385' | 'mps2-an386' | 'mps3-an547' | 'microbit';

/** Two have one memory. */
const SCRIPTS: Readonly<Record<Board, string>> = {
  'mps2-an385': 'mps2-an386.ld',
  'mps2-an386': 'mps2-an386.ld',
  'mps3-an547': 'mps3-an547.ld',
  microbit: 'microbit.ld',
};

/** What a linker is told of a board; `specs` say what is below the C library. */
export function linkFlags(board: Board, specs: 'rdimon' | 'nosys' = 'rdimon'): string[] {
  return [
    ...['-Wl,--gc-sections', `--specs=${specs}.specs`, '-nostartfiles'],
    ...['-L', BOARDS, '-T', resolve(BOARDS, SCRIPTS[board])],
  ];
}

function qemu(board: Board, processor: readonly string[], warnings: readonly string[] = []): Toolchain {
  const sections = ['-ffunction-sections', '-fdata-sections'];
  return {
    c: ['arm-none-eabi-gcc'],
    cxx: 'arm-none-eabi-g++',
    flags: [...processor, ...sections, ...warnings],
    optimize: '-O1',
    link: [...processor, ...sections, ...linkFlags(board)],
    strict: [],
    extraSources: [START],
    traps: [],
    command: (program) => [
      'qemu-system-arm',
      ...['-M', board, '-nographic', '-monitor', 'none', '-serial', 'none'],
      ...['-semihosting-config', 'enable=on,target=native', '-kernel', program],
    ],
  };
}

const thumb = (processor: string, floats: 'soft' | 'hard'): string[] => [
  `-mcpu=${processor}`,
  '-mthumb',
  `-mfloat-abi=${floats}`,
];

export const CORTEX_M4_QEMU = qemu('mps2-an386', CORTEX_M4);

/** Whose standard input and output are its UART. */
export const CORTEX_M4_UART: Toolchain = {
  ...CORTEX_M4_QEMU,
  link: [...CORTEX_M4, ...linkFlags('mps2-an386', 'nosys')],
  extraSources: [START, resolve(BOARDS, 'uart.c')],
  command: (program) => [
    'qemu-system-arm',
    ...['-M', 'mps2-an386', '-display', 'none', '-monitor', 'none', '-serial', 'stdio'],
    ...['-semihosting-config', 'enable=on,target=native', '-kernel', program],
  ],
};

/** C by clang, all else by gcc. */
export const CORTEX_M4_CLANG: Toolchain = {
  ...qemu('mps2-an386', CORTEX_M4, STRICT_WARNINGS),
  c: CORTEX_M4_OF_CLANG,
};

/** Without DSP instructions and without a floating point unit. The board has the M4's memory. */
export const CORTEX_M3_QEMU = qemu('mps2-an385', thumb('cortex-m3', 'soft'), STRICT_WARNINGS);

/** A Cortex-M3 runs all of its instructions. */
export const CORTEX_M0_QEMU = qemu('mps2-an385', thumb('cortex-m0plus', 'soft'), STRICT_WARNINGS);

export const MICROBIT_QEMU = qemu('microbit', thumb('cortex-m0', 'soft'), STRICT_WARNINGS);

export const CORTEX_M55_QEMU = qemu('mps3-an547', thumb('cortex-m55', 'hard'), STRICT_WARNINGS);
