/** From what `--port` says to an open port. */

import { printable } from '../render/printable.ts';
import type { Session } from '../terminal/session.ts';
import { AUTO_PORT, onlyPort } from './choose-port.ts';
import { portName } from './serial-errors.ts';
import type { SerialConnection, SerialPorts } from './serial-port.ts';
import { systemPorts } from './system-ports.ts';

/** What commands that listen to a board have in common. */
export interface PortFlags {
  /** A path, or `auto`. */
  readonly port: string;
  readonly baud: number;
}

/** Says which port it took where nobody named one. Throws environment and usage errors. */
export async function openPort(
  session: Session,
  { port, baud }: PortFlags,
  ports?: SerialPorts,
): Promise<SerialConnection> {
  const system = ports ?? (await systemPorts());
  if (port !== AUTO_PORT) return system.open(port, baud);
  const only = onlyPort(await system.list());
  session.reporter.info(`The board is at ${printable(portName(only))}.`);
  return system.open(only.path, baud);
}
