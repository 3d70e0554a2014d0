/**
 * Names under which files and folders are written before they get their own. What a killed process leaves under such a
 * name is removed by the next one that writes into the same folder.
 */

import { lstatSync, readdirSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { crc32 } from '../core/crc32.ts';
import { discard, isUnfinished, startWriting } from './unfinished.ts';

/** Of another machine nobody knows which processes live; what was not touched for so long is nobody's. */
const ABANDONED_MS = 24 * 3600 * 1000;

/** `.tinyml-tmp-<host>-<process>-<random>`; older versions wrote no host. */
const PATTERN = /^\.tinyml-tmp-(?:([0-9a-f]{8})-)?(\d{1,10})-[0-9a-z]+$/;

/** Process numbers mean the same where name and process namespace (containers have their own) are the same. */
function hostMark(): string {
  let namespace = '';
  try {
    namespace = readlinkSync('/proc/self/ns/pid');
  } catch {
    // Only Linux has them.
  }
  const words = new TextEncoder().encode(`${hostname()} ${namespace}`);
  return crc32(words).toString(16).padStart(8, '0');
}

const HOST = hostMark();

/** Folders that this process has looked through. */
const swept = new Set<string>();

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH';
  }
}

function isAbandoned(path: string, host: string | undefined, pid: number): boolean {
  if (host === HOST) return pid === process.pid ? !isUnfinished(path) : !isAlive(pid);
  const age = Date.now() - lstatSync(path).mtimeMs;
  return age > ABANDONED_MS && (host !== undefined || !isAlive(pid));
}

/** Whether a name is one under which something is written. */
export function isTemporary(name: string): boolean {
  return PATTERN.test(name);
}

/** Files and folders in `folder` that writers left who are no more: absolute paths. */
export function abandonedTemporaries(folder: string): readonly string[] {
  let names: readonly string[];
  try {
    names = readdirSync(folder);
  } catch {
    return [];
  }
  return names.flatMap((name) => {
    const match = PATTERN.exec(name);
    if (match === null) return [];
    const path = resolve(folder, name);
    try {
      return isAbandoned(path, match[1], Number(match[2])) ? [path] : [];
    } catch {
      return []; // Somebody else removed it meanwhile.
    }
  });
}

/**
 * A name in the same folder that nobody else uses, so that the final rename is atomic. Whoever takes it says what became
 * of it: `published` or `discard`.
 */
export function temporarySibling(path: string): string {
  const folder = resolve(dirname(path));
  if (!swept.has(folder)) {
    swept.add(folder);
    for (const abandoned of abandonedTemporaries(folder)) discard(abandoned);
  }
  const unique = `${HOST}-${process.pid}-${Math.random().toString(36).slice(2, 10)}`;
  const temporary = join(folder, `.tinyml-tmp-${unique}`);
  startWriting(temporary);
  return temporary;
}
