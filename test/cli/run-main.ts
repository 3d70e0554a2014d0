/** Runs the command line in this process, in a folder of its own, and keeps what it prints. */

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { main } from '../../src/cli/main.ts';

export interface MainResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  readonly signal?: AbortSignal;
  readonly env?: Readonly<Record<string, string>>;
  /** What is piped in. */
  readonly stdin?: readonly Uint8Array[];
  readonly onStderr?: (text: string) => void;
  /** Whether stderr is a terminal, on which progress is drawn as it is made. */
  readonly isTTY?: boolean;
}

export async function runMain(
  cwd: string,
  argv: readonly string[],
  options: RunOptions = {},
): Promise<MainResult> {
  let stdout = '';
  let stderr = '';
  const text = (chunk: string | Uint8Array): string =>
    typeof chunk === 'string' ? chunk : new TextDecoder().decode(chunk);
  const code = await main(argv, {
    stdout: { write: (chunk) => (stdout += text(chunk)) },
    stderr: {
      isTTY: options.isTTY ?? false,
      write: (chunk) => {
        stderr += text(chunk);
        options.onStderr?.(text(chunk));
      },
    },
    stdin: async function* () {
      yield* options.stdin ?? [];
    },
    cwd,
    env: options.env ?? {},
    signal: options.signal ?? new AbortController().signal,
  });
  return { code, stdout, stderr };
}

/** A project that trains in about a second. */
export const SMALL_PROJECT = {
  seed: 3,
  dataset: { source: 'sine', samples: 300 },
  training: { epochs: 6, learningRate: 0.01 },
  quantization: { samples: 50 },
};

const folders: string[] = [];

/** A new empty folder, removed by `removeFolders`. */
export function makeFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'tinyml-test-'));
  folders.push(folder);
  return folder;
}

export function makeProject(config: unknown = SMALL_PROJECT): string {
  const folder = makeFolder();
  writeFileSync(join(folder, 'tinyml.config.json'), JSON.stringify(config));
  return folder;
}

export function removeFolders(): void {
  for (const folder of folders.splice(0))
    rmSync(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
}
