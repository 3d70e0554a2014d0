/** The outside world, as `main` gets it: streams, folder, environment. Tests pass their own. */

/** A stream of text, as Node has them. */
export interface OutputStream {
  /** Returns false where more should be written only after `drained`. */
  write(text: string | Uint8Array): unknown;
  /** Resolves when what was written has gone to whoever reads it. */
  drained?(): Promise<void>;
  readonly isTTY?: boolean;
  readonly columns?: number;
}

/** All that a command may touch beside files. */
export interface CliIo {
  /** The result, and nothing else. */
  readonly stdout: OutputStream;
  /** Progress, warnings, errors. */
  readonly stderr: OutputStream;
  /** What is piped into the command; opened when a command asks for it. */
  readonly stdin?: () => AsyncIterable<Uint8Array>;
  /** Absolute path of the folder in which the command runs. */
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Aborted when the user interrupts. */
  readonly signal: AbortSignal;
}
