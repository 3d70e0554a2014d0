/**
 * Serial ports of Windows, through the package serialport: an optional peer, loaded when a port is asked for. Its compiled
 * part lies in the package for every usual system, so that its installation downloads nothing else.
 */

import { environmentError, type TinymlError } from '../../core/errors.ts';
import { busyPort, failedPort, refusedBaud, unknownPort } from './serial-errors.ts';
import { SerialInbox } from './serial-inbox.ts';
import type { PortInfo, SerialConnection, SerialPorts } from './serial-port.ts';

/** With the version that package.json accepts, written so that no shell reads more into it. */
export const SERIAL_PACKAGE = 'serialport@13';

const importPackage = () => import('serialport');
type Serialport = Awaited<ReturnType<typeof importPackage>>;

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ERR_MODULE_NOT_FOUND';
}

/** What Windows says, as its driver words it. */
function openFailure(path: string, baud: number, error: Error, known: readonly PortInfo[]): TinymlError {
  if (/access denied/i.test(error.message)) return busyPort(path, error);
  if (/file not found|no such file/i.test(error.message)) return unknownPort(path, known);
  if (/baud|error code 87/i.test(error.message)) return refusedBaud(path, baud);
  return failedPort(path, error.message, error);
}

async function list({ SerialPort }: Serialport): Promise<readonly PortInfo[]> {
  const all = await SerialPort.list();
  // Ports that are no USB are soldered to the machine, and no board is behind them.
  return all
    .filter(({ vendorId }) => vendorId !== undefined)
    .map(({ path, manufacturer }) =>
      manufacturer === undefined ? { path } : { path, description: manufacturer },
    );
}

async function open(serialport: Serialport, path: string, baud: number): Promise<SerialConnection> {
  const inbox = new SerialInbox();
  const port = new serialport.SerialPort({ path, baudRate: baud, autoOpen: false });
  const error = await new Promise<Error | null>((resolve) => port.open(resolve));
  if (error !== null) throw openFailure(path, baud, error, await list(serialport));
  port.on('data', (bytes: Buffer) => inbox.put(bytes));
  for (const event of ['close', 'error']) port.on(event, () => inbox.end());
  return {
    path,
    baud,
    next: (limitMs, signal) => inbox.next(limitMs, signal),
    close: () => port.close(() => {}),
  };
}

/** Throws `serialport-not-installed` (environment). */
export async function loadSerialport(load = importPackage): Promise<SerialPorts> {
  try {
    const serialport = await load();
    return { list: () => list(serialport), open: (path, baud) => open(serialport, path, baud) };
  } catch (error) {
    if (!isMissing(error)) throw error;
    throw environmentError(
      'serialport-not-installed',
      'Serial ports of this system are read through the package serialport, which is not installed',
      `Run "npm install ${SERIAL_PACKAGE}", with -g where tinyml is installed globally.`,
    );
  }
}
