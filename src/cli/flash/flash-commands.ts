/** What builds and uploads each kind of firmware: programs with their arguments, as a person would type them. */

import { usageError } from '../../core/errors.ts';
import type { FirmwareFolder, Kit } from './firmware-folder.ts';

/** A program and its arguments. */
export type Argv = readonly [program: string, ...args: string[]];

/** What the user says of the board. */
export interface FlashTarget {
  /** As the kit names it: `arduino:mbed_nano:nano33ble`, `esp32`, `pico`, an environment of PlatformIO. */
  readonly board?: string;
  readonly port?: string;
}

/** What a kit is called, whence it comes, and how its programs are called. */
interface KitRow {
  readonly home: string;
  /** An example of a board's name; absent where the kit has one of its own. */
  readonly boardLike?: string;
  commands(folder: FirmwareFolder, target: FlashTarget): readonly Argv[];
}

function option(name: string, value: string | undefined): readonly string[] {
  return value === undefined ? [] : [name, value];
}

export const KIT_ROWS: Readonly<Record<Kit, KitRow>> = {
  arduino: {
    home: 'https://arduino.github.io/arduino-cli',
    boardLike: 'arduino:mbed_nano:nano33ble',
    commands: ({ path }, { board, port }) => [
      ['arduino-cli', 'compile', '--upload', ...option('-b', board), ...option('-p', port), path],
    ],
  },
  platformio: {
    home: 'https://platformio.org/install/cli',
    commands: ({ path }, { board, port }) => [
      ['pio', 'run', '-d', path, '-t', 'upload', ...option('-e', board), ...option('--upload-port', port)],
    ],
  },
  zephyr: {
    home: 'https://docs.zephyrproject.org/latest/develop/getting_started',
    boardLike: 'nrf52840dk/nrf52840',
    commands: ({ path }, { board }) => [
      ['west', 'build', ...option('-b', board), '-d', `${path}/build`, path],
      ['west', 'flash', '-d', `${path}/build`],
    ],
  },
  'esp-idf': {
    home: 'https://docs.espressif.com/projects/esp-idf',
    commands: ({ path }, { board, port }) => [
      ...(board === undefined ? [] : [['idf.py', '-C', path, 'set-target', board] as const]),
      ['idf.py', '-C', path, ...option('-p', port), 'build', 'flash'],
    ],
  },
  pico: {
    home: 'https://github.com/raspberrypi/picotool',
    commands: ({ path, program = 'app' }, { board }) => [
      ['cmake', '-S', path, '-B', `${path}/build`, `-DPICO_BOARD=${board ?? 'pico'}`],
      ['cmake', '--build', `${path}/build`],
      ['picotool', 'load', '-f', '-x', `${path}/build/${program}.uf2`],
    ],
  },
};

/** No program may take them for options. */
function checkTarget({ board, port }: FlashTarget): void {
  if (board !== undefined && !/^[A-Za-z0-9_][\w:=,./@-]*$/.test(board)) {
    throw usageError(
      'bad-board',
      `${JSON.stringify(board)} is no name of a board`,
      'Give it as the kit names it, such as arduino:mbed_nano:nano33ble, esp32 or nrf52840dk/nrf52840.',
    );
  }
  if (port?.startsWith('-')) {
    throw usageError(
      'bad-port',
      `${JSON.stringify(port)} is no port`,
      'Give it such as /dev/ttyACM0 or COM3.',
    );
  }
}

/** Throws `bad-board`, `bad-port`, and `no-board` where the kit must know it (usage). */
export function flashCommands(folder: FirmwareFolder, target: FlashTarget): readonly Argv[] {
  checkTarget(target);
  const { boardLike, commands } = KIT_ROWS[folder.kit];
  if (boardLike !== undefined && target.board === undefined) {
    throw usageError(
      'no-board',
      `Nothing says which board ${folder.path} is for`,
      `Name it with --board, such as --board ${boardLike}.`,
    );
  }
  return commands(folder, target);
}
