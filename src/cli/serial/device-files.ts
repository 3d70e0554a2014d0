/**
 * Serial ports of Linux and macOS: device files, set by the system's own `stty`. Nothing is to be installed, and nothing
 * compiled is loaded.
 */

import { spawnSync } from 'node:child_process';
import { closeSync, constants, openSync, readFileSync, statSync } from 'node:fs';
import { isatty, ReadStream } from 'node:tty';
import { environmentError, type TinymlError } from '../../core/errors.ts';
import { listDevices } from './device-list.ts';
import {
  busyPort,
  failedPort,
  forbiddenPort,
  noSerialPort,
  refusedBaud,
  unknownPort,
} from './serial-errors.ts';
import { SerialInbox } from './serial-inbox.ts';
import type { SerialConnection, SerialPorts } from './serial-port.ts';

/** Opening must not wait for a modem, nor make the port the terminal of this program. */
const OPEN_FLAGS = constants.O_RDWR | constants.O_NOCTTY | constants.O_NONBLOCK;

/** Eight bits, no parity, one stop bit; bytes as they come, also where no modem says that it is there. */
const RAW = ['raw', '-echo', 'cs8', '-parenb', '-cstopb', '-crtscts', 'clocal', 'cread'];
const STTY_LIMIT_MS = 5000;

const GROUP_MAY = 0o060;
const ROOT = 0;

/** The name of the group whose users may read and write a file; undefined where there is none that people should join. */
export function groupOf(path: string, groups = '/etc/group'): string | undefined {
  try {
    const { gid, mode } = statSync(path);
    if (gid === ROOT || (mode & GROUP_MAY) !== GROUP_MAY) return undefined;
    const line = readFileSync(groups, 'utf8')
      .split('\n')
      .find((one) => one.split(':')[2] === String(gid));
    return line?.split(':')[0];
  } catch {
    return undefined;
  }
}

/** What the system's code means for this port. */
export function openFailure(path: string, error: unknown): TinymlError {
  const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
  switch (code) {
    case 'ENOENT':
      return unknownPort(path, listDevices());
    case 'EACCES':
    case 'EPERM':
      return forbiddenPort(path, groupOf(path), error);
    case 'EBUSY':
      return busyPort(path, error);
    case 'EISDIR':
      return noSerialPort(path);
    case 'ENXIO':
    case 'ENODEV':
    case 'EIO':
      return failedPort(path, 'no device is behind it', error);
    default:
      return failedPort(path, code, error);
  }
}

/** Works on the open file, since a port forgets its settings when nobody has it open. */
function configure(file: number, path: string, baud: number): void {
  const { error, status } = spawnSync('stty', [String(baud), ...RAW], {
    stdio: [file, 'ignore', 'ignore'],
    timeout: STTY_LIMIT_MS,
  });
  if (error !== undefined) {
    throw environmentError(
      'no-stty',
      'The program stty, which sets serial ports, cannot be started',
      'Install it: it is part of coreutils.',
      error,
    );
  }
  if (status !== 0) throw refusedBaud(path, baud);
}

function openFile(path: string): number {
  try {
    return openSync(path, OPEN_FLAGS);
  } catch (error) {
    throw openFailure(path, error);
  }
}

function open(path: string, baud: number): SerialConnection {
  const file = openFile(path);
  try {
    if (!isatty(file)) throw noSerialPort(path);
    configure(file, path, baud);
  } catch (error) {
    closeSync(file);
    throw error;
  }
  const inbox = new SerialInbox();
  // It reads without a thread that waits, so that a silent port can be closed; the file is its own from here on.
  const stream = new ReadStream(file);
  stream.on('data', (bytes: Buffer) => inbox.put(bytes));
  for (const event of ['end', 'error', 'close']) stream.on(event, () => inbox.end());
  return {
    path,
    baud,
    next: (limitMs, signal) => inbox.next(limitMs, signal),
    close: () => stream.destroy(),
  };
}

/** Ports as files. */
export const deviceFiles: SerialPorts = {
  list: async () => listDevices(),
  open: async (path, baud) => open(path, baud),
};
