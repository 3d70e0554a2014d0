/** Scratch on disk: files with temporary names, which become files of artifacts or are removed. */

import { closeSync, fsyncSync, openSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import type { Scratch } from '../core/scratch.ts';
import { readFailure, writeFailure } from './file-errors.ts';
import { type MovableFile, readFully, writeFully } from './files.ts';
import { makeFolder } from './make-folder.ts';
import { temporarySibling } from './temporaries.ts';
import { discard, published } from './unfinished.ts';

const BUFFER_BYTES = 2 ** 20;

/** Appends through a buffer. */
class ScratchFile implements Scratch, MovableFile {
  readonly #file: number;
  readonly #buffer = new Uint8Array(BUFFER_BYTES);
  #path: string;
  #isKept = false;
  #buffered = 0;
  #written = 0;

  constructor(path: string) {
    this.#path = path;
    this.#file = openSync(path, 'wx+');
  }

  get length(): number {
    return this.#written + this.#buffered;
  }

  append(bytes: Uint8Array): void {
    if (this.#buffered + bytes.length > BUFFER_BYTES) this.#flush();
    if (bytes.length > BUFFER_BYTES) {
      this.#write(bytes);
      return;
    }
    this.#buffer.set(bytes, this.#buffered);
    this.#buffered += bytes.length;
  }

  readAt(offset: number, into: Uint8Array): void {
    this.#flush();
    try {
      readFully(this.#file, this.#path, offset, into);
    } catch (error) {
      throw readFailure(this.#path, 'scratch', error);
    }
  }

  moveTo(path: string): void {
    this.#flush();
    fsyncSync(this.#file);
    renameSync(this.#path, path);
    published(this.#path);
    this.#path = path;
    this.#isKept = true;
  }

  /** It stays readable for who made it until `drop`. */
  close(): void {}

  drop(): void {
    closeSync(this.#file);
    if (!this.#isKept) discard(this.#path);
  }

  #flush(): void {
    this.#write(this.#buffer.subarray(0, this.#buffered));
    this.#buffered = 0;
  }

  #write(bytes: Uint8Array): void {
    try {
      writeFully(this.#file, bytes);
      this.#written += bytes.length;
    } catch (error) {
      throw writeFailure(this.#path, error);
    }
  }
}

/** Those of one store, below the folder `root`. */
export class ScratchFiles {
  readonly #root: string;
  readonly #files = new Map<Scratch, ScratchFile>();

  constructor(root: string) {
    this.#root = root;
  }

  create(): Scratch {
    try {
      makeFolder(this.#root);
      const file = new ScratchFile(temporarySibling(join(this.#root, 'scratch')));
      this.#files.set(file, file);
      return file;
    } catch (error) {
      throw writeFailure(this.#root, error);
    }
  }

  /** The file behind a scratch that this store made. */
  own(scratch: Scratch): MovableFile {
    const file = this.#files.get(scratch);
    if (file === undefined) throw new TypeError('A scratch of another store');
    return file;
  }

  /** Removes all that did not become a file of an artifact. */
  drop(): void {
    for (const file of this.#files.values()) file.drop();
    this.#files.clear();
  }
}
