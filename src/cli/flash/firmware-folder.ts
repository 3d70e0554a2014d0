/** Which builder an exported folder is for: by the files that only this builder reads. */

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { inputError, type TinymlError, unsupportedError } from '../../core/errors.ts';

/** Kits that build and upload firmware. */
export const KITS = ['arduino', 'platformio', 'zephyr', 'esp-idf', 'pico'] as const;
export type Kit = (typeof KITS)[number];

/** A folder that one of them builds. */
export interface FirmwareFolder {
  readonly kit: Kit;
  /** As it is given to programs: never like an option. */
  readonly path: string;
  /** Of the program that CMake builds, where it does. */
  readonly program?: string;
}

function textOf(folder: string, name: string): string {
  const path = join(folder, name);
  return existsSync(path) ? readFileSync(path, 'utf8') : '';
}

/** First what stands beside the files of others: a sketch may lie in a folder of PlatformIO. */
function kitOf(folder: string, names: readonly string[]): Kit | undefined {
  const cmake = textOf(folder, 'CMakeLists.txt');
  if (names.includes('platformio.ini')) return 'platformio';
  if (names.includes(`${basename(folder)}.ino`)) return 'arduino';
  if (/\bfind_package\s*\(\s*Zephyr\b/.test(cmake)) return 'zephyr';
  if (cmake.includes('/tools/cmake/project.cmake')) return 'esp-idf';
  return /\bpico_sdk_init\s*\(/.test(cmake) ? 'pico' : undefined;
}

function unknownFolder(shown: string, names: readonly string[]): TinymlError {
  const isFirmware = names.includes('tinyml-export.json') || names.includes('Makefile');
  return isFirmware
    ? unsupportedError(
        'no-flasher',
        `${shown} holds sources without the files of a kit that uploads them`,
        'Export them for one: tinyml export-c --standalone DIR --board arduino, esp-idf, pico, zephyr or platformio.',
      )
    : inputError(
        'no-firmware',
        `${shown} holds no firmware: no sketch of the folder's name, no platformio.ini, and no CMakeLists.txt of a known kit`,
        'Give the folder that "tinyml export-c" wrote.',
      );
}

/** `absolute` is looked at, and called `shown`. Throws `no-firmware` (input) and `no-flasher` (unsupported). */
export function firmwareFolder(absolute: string, shown: string): FirmwareFolder {
  let names: readonly string[];
  try {
    names = readdirSync(absolute);
  } catch (error) {
    throw inputError('cannot-read', `Cannot read the folder ${shown}`, 'Give the folder of firmware.', error);
  }
  const kit = kitOf(absolute, names);
  if (kit === undefined) throw unknownFolder(shown, names);
  const [, program] = /\badd_executable\s*\(\s*([\w.-]+)/.exec(textOf(absolute, 'CMakeLists.txt')) ?? [];
  const path = shown.startsWith('-') ? `./${shown}` : shown;
  return program === undefined ? { kit, path } : { kit, path, program };
}
