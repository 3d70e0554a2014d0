/** Which port is meant. */

import { noPort, severalPorts } from './serial-errors.ts';
import type { PortInfo } from './serial-port.ts';

/** Stands for the only board that is connected. */
export const AUTO_PORT = 'auto';

/** Of the ports that there are. Throws `no-port` (environment) and `several-ports` (usage). */
export function onlyPort(ports: readonly PortInfo[]): PortInfo {
  if (ports.length === 0) throw noPort();
  if (ports.length > 1) throw severalPorts(ports);
  return ports[0];
}
