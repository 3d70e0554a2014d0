/**
 * Exported C on an emulated board whose UART is a pseudo-terminal: the CMSDK UART of the mps2-an386, to which printf goes
 * byte by byte. Nothing leaves the emulator otherwise.
 */

import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { CORTEX_M4 } from '../../cross/probe.ts';

const START_LIMIT_MS = 60_000;
const CORTEX_M = resolve('test/cross/cortex-m');

/** What stands between the C library and the UART: a terminal, so that a line goes out as soon as it ends. */
const BOARD = `#include <stdint.h>
#include <sys/stat.h>

#define UART_DATA (*(volatile uint32_t *)0x40004000u)
#define UART_STATE (*(volatile uint32_t *)0x40004004u)
#define UART_CONTROL (*(volatile uint32_t *)0x40004008u)
#define UART_DIVIDER (*(volatile uint32_t *)0x40004010u)

int _write(int file, const char *text, int length)
{
  (void)file;
  UART_DIVIDER = 16u;
  UART_CONTROL = 1u;
  for (int i = 0; i < length; i++) {
    while (UART_STATE & 1u) {
    }
    UART_DATA = (uint32_t)(unsigned char)text[i];
  }
  return length;
}

int _isatty(int file) { return file < 3; }

int _fstat(int file, struct stat *status)
{
  (void)file;
  status->st_mode = S_IFCHR;
  return 0;
}

void initialise_monitor_handles(void) {}
`;

/** As much of the Pico's SDK as exported projects use. */
const SDK = `static inline void stdio_init_all(void) {}
static inline void sleep_ms(unsigned int ms) { for (volatile unsigned int i = 0; i < ms * 2000u; i++) { } }
`;

const boards = new Set<ChildProcess>();

/** Ends those that a test left. */
export function switchOff(): void {
  for (const board of boards) board.kill('SIGKILL');
  boards.clear();
}

/** Compiles a project that was exported for the Pico. Throws Error with the compiler's words. */
export function buildForUart(folder: string, sources: readonly string[]): string {
  writeFileSync(join(folder, 'uart_board.c'), BOARD);
  mkdirSync(join(folder, 'pico'));
  writeFileSync(join(folder, 'pico', 'stdlib.h'), SDK);
  const program = join(folder, 'firmware.elf');
  const { status, stderr } = spawnSync(
    'arm-none-eabi-gcc',
    [
      ...[...CORTEX_M4, '-O1', '-I.', '-ffunction-sections', '-fdata-sections', '-Wl,--gc-sections'],
      ...['--specs=nosys.specs', '-nostartfiles', '-L', CORTEX_M, '-T', 'mps2-an386.ld', '-o', program],
      ...[join(CORTEX_M, 'start.c'), 'uart_board.c', ...sources, '-lm'],
    ],
    { cwd: folder, encoding: 'utf8' },
  );
  if (status !== 0) throw new Error(stderr);
  return program;
}

/** Starts the board; gives the terminal behind which it is, and what unplugs it. */
export async function startBoard(program: string): Promise<{ readonly port: string; unplug(): void }> {
  const board = spawn(
    'qemu-system-arm',
    ['-M', 'mps2-an386', '-display', 'none', '-monitor', 'none', '-serial', 'pty', '-kernel', program],
    { stdio: ['ignore', 'pipe', 'pipe'] },
  );
  boards.add(board);
  const port = await new Promise<string>((done, fail) => {
    let said = '';
    const timer = setTimeout(() => fail(new Error(`qemu names no terminal: ${said}`)), START_LIMIT_MS);
    const hear = (bytes: Buffer): void => {
      said += bytes.toString();
      const [, path] = /redirected to (\S+)/.exec(said) ?? [];
      if (path === undefined) return;
      clearTimeout(timer);
      done(path);
    };
    board.stdout.on('data', hear);
    board.stderr.on('data', hear);
  });
  return { port, unplug: () => void board.kill('SIGKILL') };
}
