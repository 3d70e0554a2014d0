/** Every instruction that an emulated program runs: how many, and how many of them load from memory, between probes. */

import { execFileSync, spawn } from 'node:child_process';

/** What ran between two probes. */
export interface Stretch {
  readonly instructions: number;
  readonly loads: number;
}

interface Listing {
  /** By address / 2. */
  readonly isLoad: Uint8Array;
  readonly probe: number;
}

const MOST_CODE_BYTES = 4 * 1024 * 1024;

function listing(folder: string, program: string): Listing {
  const text = execFileSync('arm-none-eabi-objdump', ['-d', '--no-show-raw-insn', program], {
    cwd: folder,
    encoding: 'utf8',
    maxBuffer: 2 ** 28,
  });
  const isLoad = new Uint8Array(MOST_CODE_BYTES / 2);
  for (const [, address] of text.matchAll(/^\s*([0-9a-f]+):\s+v?ld[rm]/gm))
    isLoad[Number.parseInt(address, 16) / 2] = 1;
  const probe = /^([0-9a-f]+) <probe>:/m.exec(text);
  if (probe === null) throw new Error('the program has no probes');
  return { isLoad, probe: Number.parseInt(probe[1], 16) };
}

const BRACKET = '['.charCodeAt(0);
/** `[00800408/0000133c/…`: flags, then the address. */
const ADDRESS_START = 10;
const ADDRESS_DIGITS = 8;

function digit(code: number): number {
  return code <= 57 ? code - 48 : code - 87;
}

/** Runs the program one instruction at a time; what lies before the first probe and behind the last is left out. */
export async function trace(folder: string, program: string): Promise<readonly Stretch[]> {
  const { isLoad, probe } = listing(folder, program);
  const qemu = spawn(
    'qemu-system-arm',
    [
      ...[
        '-M',
        'mps2-an386',
        '-nographic',
        '-monitor',
        'none',
        '-serial',
        'none',
        '-singlestep',
        '-d',
        'exec,nochain',
      ],
      ...['-semihosting-config', 'enable=on,target=native', '-kernel', program],
    ],
    { cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] },
  );
  const stretches: { instructions: number; loads: number }[] = [];
  let column = -1;
  let address = 0;
  for await (const chunk of qemu.stderr) {
    const bytes = chunk as Buffer;
    for (let i = 0; i < bytes.length; i++) {
      if (column < 0) {
        i = bytes.indexOf(BRACKET, i);
        if (i < 0) break;
        column = 0;
        address = 0;
        continue;
      }
      column++;
      if (column >= ADDRESS_START) address = address * 16 + digit(bytes[i]);
      if (column < ADDRESS_START + ADDRESS_DIGITS - 1) continue;
      column = -1;
      if (address === probe) stretches.push({ instructions: 0, loads: 0 });
      const stretch = stretches.at(-1);
      if (stretch === undefined) continue;
      stretch.instructions++;
      stretch.loads += isLoad[address / 2] ?? 0;
    }
  }
  return stretches.slice(0, -1);
}
