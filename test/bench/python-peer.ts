/** A peer in Python, where it is installed: a process that measures once whenever it is asked to. */

import { type ChildProcessByStdio, spawn, spawnSync } from 'node:child_process';
import { resolve } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';

export interface PythonPeer {
  /** What the script prints first. */
  readonly version: string;
  /** What it prints for every line that it reads. */
  seconds(): Promise<number>;
  close(): void;
}

const present = new Map<string, boolean>();

/** Whether Python finds one of the packages. */
function isPresent(packages: readonly string[]): boolean {
  const found = packages.map((name) => `u.find_spec("${name}")`).join(' or ');
  const known = present.get(found);
  if (known !== undefined) return known;
  const probe = `import importlib.util as u, sys; sys.exit((${found}) is None)`;
  const isFound = spawnSync('python3', ['-c', probe], { stdio: 'ignore' }).status === 0;
  present.set(found, isFound);
  return isFound;
}

/** A script of `peers/`; undefined where Python has none of the packages that it can do with. */
export async function openPython(
  script: string,
  argument: string,
  packages: readonly string[],
): Promise<PythonPeer | undefined> {
  if (!isPresent(packages)) return undefined;
  const path = resolve('test/bench/peers', script);
  const child: ChildProcessByStdio<Writable, Readable, null> = spawn('python3', [path, argument], {
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const nextLine = async (): Promise<string> => {
    const { done, value } = await lines.next();
    if (done === true) throw new Error(`python3 ${path} ${argument} ended before its time`);
    return value;
  };
  return {
    version: await nextLine(),
    async seconds() {
      child.stdin.write('again\n');
      return Number(await nextLine());
    },
    close: () => child.stdin.end(),
  };
}
