/** Ports of USB among the device files of Linux and macOS. */

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { PortInfo } from './serial-port.ts';

/** Where the system keeps them; tests have their own. */
export interface DeviceFolders {
  readonly devices: string;
  /** What Linux knows of them; there is no such folder elsewhere. */
  readonly classes: string;
}

const DEVICE_FOLDERS: DeviceFolders = { devices: '/dev', classes: '/sys/class/tty' };

/** Linux: boards with USB of their own, and chips between USB and a UART. macOS: the same by their drivers. */
const USB_PORT = /^(?:tty(?:ACM|USB)\d+|cu\.(?:usbmodem|usbserial|wchusbserial|SLAB_USBtoUART).*)$/;

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch {
    return '';
  }
}

/** The device above the interface, or above the port of the interface. */
const PLACES_OF_PRODUCT = ['device/..', 'device/../..'];

function descriptionOf(name: string, classes: string): string | undefined {
  const device = PLACES_OF_PRODUCT.map((place) => join(classes, name).concat('/', place)).find((place) =>
    existsSync(`${place}/product`),
  );
  if (device === undefined) return undefined;
  const [maker, product] = [textOf(`${device}/manufacturer`), textOf(`${device}/product`)];
  const text = product.startsWith(maker) ? product : `${maker} ${product}`;
  return text === '' ? undefined : text;
}

/** By name, numbers by their size. */
export function listDevices({ devices, classes }: DeviceFolders = DEVICE_FOLDERS): readonly PortInfo[] {
  if (!existsSync(devices)) return [];
  return readdirSync(devices)
    .filter((name) => USB_PORT.test(name))
    .sort((a, b) => a.localeCompare(b, 'en', { numeric: true }))
    .map((name) => {
      const description = descriptionOf(name, classes);
      const path = join(devices, name);
      return description === undefined ? { path } : { path, description };
    });
}
