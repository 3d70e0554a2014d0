/** Serial ports as commands see them, whatever the system calls them. */

/** A port that a board may be behind. */
export interface PortInfo {
  /** As `open` takes it: `/dev/ttyACM0`, `COM3`. */
  readonly path: string;
  /** What the board says it is, where the system knows. Foreign text. */
  readonly description?: string;
}

/** What became of waiting for the board. */
export type Heard =
  /** `time` is when the bytes were heard: seconds, of a clock that never goes back. */
  | { readonly kind: 'bytes'; readonly bytes: Uint8Array; readonly time: number }
  /** Nothing came in the time that was allowed. */
  | { readonly kind: 'silence' }
  /** The port is no more: the board was unplugged. */
  | { readonly kind: 'gone' }
  /** The user stopped the command. */
  | { readonly kind: 'interrupted' };

/** An open port. Whoever opened it closes it. */
export interface SerialConnection {
  readonly path: string;
  readonly baud: number;
  /** The next bytes, for which it waits at most `limitMs`. */
  next(limitMs: number, signal: AbortSignal): Promise<Heard>;
  close(): void;
}

/** The ports of a system. */
export interface SerialPorts {
  /** Those of USB, by name. */
  list(): Promise<readonly PortInfo[]>;
  /** Throws environment errors that say why it cannot be. */
  open(path: string, baud: number): Promise<SerialConnection>;
}
