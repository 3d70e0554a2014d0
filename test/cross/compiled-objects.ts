/** Objects that were compiled once in this process: many programs share sources, or some of them. */

import { posix } from 'node:path';
import { sha256 } from '../../src/core/digest.ts';

export type Sources = Readonly<Record<string, string>>;

/** Those of large sources are rarely asked for again. */
const KEPT_BYTES = 100_000;

const objects = new Map<string, Uint8Array>();

/** What an object is made of: a command, and all that the compiler reads. */
export function objectKey(command: readonly string[], text: string): string {
  return sha256([...command, text].join('\n'));
}

export function keptObject(key: string): Uint8Array | undefined {
  return objects.get(key);
}

export function keepObject(key: string, object: Uint8Array): void {
  if (object.length <= KEPT_BYTES) objects.set(key, object);
}

/** All that a compiler reads of `sources` for one of them: itself, and what it includes, wherever that lies. */
export function readFor(sources: Sources, source: string): string {
  const read = new Set<string>();
  const visit = (path: string): void => {
    if (read.has(path)) return;
    read.add(path);
    for (const [, name] of sources[path].matchAll(/^\s*#\s*include\s*["<]([^">]+)[">]/gm)) {
      const places = [posix.normalize(posix.join(posix.dirname(path), name)), name];
      for (const included of Object.keys(sources)) {
        // Other folders may be searched, too.
        if (places.includes(included) || posix.basename(included) === posix.basename(name)) visit(included);
      }
    }
  };
  visit(source);
  return [...read].map((path) => `${path}\n${sources[path]}`).join('\n');
}
