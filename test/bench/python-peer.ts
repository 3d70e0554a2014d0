/** A peer in Python, where a package of it is installed. */

import { spawnSync } from 'node:child_process';
import { resolve } from 'node:path';
import { openPeer, type PeerProcess } from './peer-process.ts';

/** The first one of the path, and Debian's, which has the packages of Debian. */
const PYTHONS = ['python3', '/usr/bin/python3'] as const;

const found = new Map<string, string | undefined>();

/** A Python that finds one of the packages. */
function pythonWith(packages: readonly string[]): string | undefined {
  const present = packages.map((name) => `u.find_spec("${name}")`).join(' or ');
  if (!found.has(present)) {
    const probe = `import importlib.util as u, sys; sys.exit((${present}) is None)`;
    const python = PYTHONS.find(
      (command) => spawnSync(command, ['-c', probe], { stdio: 'ignore' }).status === 0,
    );
    found.set(present, python);
  }
  return found.get(present);
}

/** A script of `peers/`; undefined where Python has none of the packages that it can do with. */
export async function openPython(
  script: string,
  argument: string,
  packages: readonly string[],
): Promise<PeerProcess | undefined> {
  const python = pythonWith(packages);
  return python === undefined ? undefined : openPeer(python, [resolve('test/bench/peers', script), argument]);
}
