/** Bytes under names on a server, which forgets them when nobody has asked for them to be kept for a while. */

export interface Blobs {
  /** Keeps what is there, and says which of the names are not. */
  keep(names: readonly string[]): Promise<readonly string[]>;
  put(name: string, bytes: Uint8Array): Promise<void>;
  get(name: string): Promise<Uint8Array | undefined>;
}
