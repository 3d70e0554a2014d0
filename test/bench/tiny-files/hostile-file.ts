/** What a row of hostile files is made of. */

/** Under this many bytes a file promises nothing but to be handled soon and in little memory. */
export const TINY_BYTES = 1024;

/** A file, and the commands that a person may give it to. */
export interface HostileFile {
  /** Tells what it is; unique among all. */
  readonly name: string;
  /** What is written into an empty folder, by path; of `path`, the one in question, at most `TINY_BYTES`. */
  readonly files: Readonly<Record<string, Uint8Array | string>>;
  readonly commands: readonly (readonly string[])[];
}
