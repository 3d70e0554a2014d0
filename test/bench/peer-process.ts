/** A peer in a process of its own, which measures once whenever it is asked to. */

import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';

export interface PeerProcess {
  /** What it prints first. */
  readonly firstLine: string;
  /** What it prints for every line that it reads. */
  seconds(): Promise<number>;
  close(): void;
}

export async function openPeer(command: string, args: readonly string[]): Promise<PeerProcess> {
  const child: ChildProcessByStdio<Writable, Readable, null> = spawn(command, args, {
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const nextLine = async (): Promise<string> => {
    const { done, value } = await lines.next();
    if (done === true) throw new Error(`${[command, ...args].join(' ')} ended before its time`);
    return value;
  };
  return {
    firstLine: await nextLine(),
    async seconds() {
      child.stdin.write('again\n');
      return Number(await nextLine());
    },
    close: () => child.stdin.end(),
  };
}
