/** The ports of the machine that this runs on. */

import type { SerialPorts } from './serial-port.ts';

/** Windows has no files that could be read like streams: there a package does it. */
export async function systemPorts(platform: NodeJS.Platform = process.platform): Promise<SerialPorts> {
  if (platform === 'win32') return (await import('./serialport-package.ts')).loadSerialport();
  return (await import('./device-files.ts')).deviceFiles;
}
