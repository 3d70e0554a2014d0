/** Why a port cannot be opened, and what to do about it. */

import { environmentError, type TinymlError, usageError } from '../../core/errors.ts';
import type { PortInfo } from './serial-port.ts';

/** `/dev/ttyACM0 (Arduino Nano 33 BLE)`. */
export function portName({ path, description }: PortInfo): string {
  return description === undefined ? path : `${path} (${description})`;
}

export function noPort(): TinymlError {
  return environmentError(
    'no-port',
    'No board is connected: there is no serial port of USB',
    'Connect it with a cable that carries data, and wait until it has started; or name its port with --port.',
  );
}

export function severalPorts(ports: readonly PortInfo[]): TinymlError {
  const names = ports.map(portName);
  return usageError(
    'several-ports',
    `${ports.length === 2 ? 'Two' : ports.length} boards are connected: ${names.slice(0, -1).join(', ')} and ${names.at(-1)}`,
    `Say which one is meant: --port ${ports[0].path}`,
  );
}

/** `known` are the ports that there are instead. */
export function unknownPort(path: string, known: readonly PortInfo[]): TinymlError {
  const others =
    known.length === 0 ? '' : `, and a board is connected to ${known.map(portName).join(' and to ')}`;
  return environmentError(
    'unknown-port',
    `There is no port ${path}${others}`,
    'Connect the board and wait until it has started; some get another port when they start anew.',
  );
}

/** `group` is that of users who may, where the system has one. */
export function forbiddenPort(path: string, group: string | undefined, cause: unknown): TinymlError {
  const owners = group === undefined ? '' : `: it is for users of the group ${group}`;
  return environmentError(
    'forbidden-port',
    `You may not open ${path}${owners}`,
    group === undefined
      ? `Give yourself the right to read and write ${path}.`
      : `Run "sudo usermod -aG ${group} $USER", log out and in again, and try once more.`,
    cause,
  );
}

export function busyPort(path: string, cause: unknown): TinymlError {
  return environmentError(
    'busy-port',
    `Another program has opened ${path}`,
    'Close the serial monitor or plotter that listens to it.',
    cause,
  );
}

export function refusedBaud(path: string, baud: number): TinymlError {
  return environmentError(
    'refused-baud',
    `${path} cannot be set to ${baud} baud on this system`,
    'Give --baud a usual rate, such as 9600, 115200, 230400 or 1000000, and the same one to Serial.begin().',
  );
}

export function noSerialPort(path: string): TinymlError {
  return environmentError('no-serial-port', `${path} is no serial port`, 'Name the port of the board.');
}

export function failedPort(path: string, reason: string, cause?: unknown): TinymlError {
  return environmentError(
    'failed-port',
    `Cannot open ${path}: ${reason}`,
    'Unplug the board, connect it again, and try once more.',
    cause,
  );
}
