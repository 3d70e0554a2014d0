/** Where the bytes of an output path go: links are followed, and what is no file is written into, never replaced. */

import {
  closeSync,
  constants,
  fstatSync,
  lstatSync,
  openSync,
  readlinkSync,
  realpathSync,
  writeSync,
} from 'node:fs';
import { dirname, resolve } from 'node:path';
import { environmentError } from '../core/errors.ts';
import { writeFailure } from './file-errors.ts';

export type OutputTarget =
  /** A regular file, or nothing yet. */
  | { readonly kind: 'file'; readonly path: string }
  /** A device, a FIFO or a socket. */
  | { readonly kind: 'device'; readonly path: string }
  /** `/dev/stdout` and its like: what this process was started with. */
  | { readonly kind: 'descriptor'; readonly path: string; readonly descriptor: number };

/** As many as Linux follows. */
const MAX_LINKS = 40;
const DESCRIPTOR = /^\/(?:dev|proc\/(?:self|thread-self|(?<process>\d+)))\/fd\/(?<descriptor>\d+)$/;

function descriptorOf(path: string): number | undefined {
  const groups = DESCRIPTOR.exec(path)?.groups;
  if (groups === undefined || (groups.process !== undefined && Number(groups.process) !== process.pid))
    return;
  return Number(groups.descriptor);
}

/** Throws what the operating system says where `path` cannot be followed. */
export function outputTarget(path: string, links = 0): OutputTarget {
  const descriptor = descriptorOf(path);
  if (descriptor !== undefined) return { kind: 'descriptor', path, descriptor };
  const status = lstatSync(path, { throwIfNoEntry: false });
  if (status === undefined || status.isFile() || status.isDirectory()) return { kind: 'file', path };
  if (!status.isSymbolicLink()) return { kind: 'device', path };
  if (links === MAX_LINKS) throw Object.assign(new Error('too many links'), { code: 'ELOOP' });
  return outputTarget(resolve(realpathSync(dirname(path)), readlinkSync(path)), links + 1);
}

/** How long a FIFO may be without a reader. */
const READER_WAIT_MS = 10_000;
const RETRY_MS = 5;

const clock = new Int32Array(new SharedArrayBuffer(4));

function pause(): void {
  Atomics.wait(clock, 0, 0, RETRY_MS);
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}

/** Without waiting inside the operating system, where nothing could end the wait. */
function openDevice(path: string): number {
  const flags = constants.O_WRONLY | (constants.O_NONBLOCK ?? 0) | (constants.O_NOCTTY ?? 0);
  const until = performance.now() + READER_WAIT_MS;
  for (;;) {
    try {
      return openSync(path, flags);
    } catch (error) {
      const isFifo = lstatSync(path).isFIFO();
      if (!isFifo || !hasCode(error, 'ENXIO')) throw error;
      if (performance.now() < until) pause();
      else {
        throw environmentError(
          'no-reader',
          `Cannot write ${path}: it is a pipe, and no program has opened it to read`,
          'Start the program that reads it first.',
          error,
        );
      }
    }
  }
}

/** Waits where the other end is slower. */
function writeAll(file: number, content: Uint8Array): void {
  let written = 0;
  while (written < content.length) {
    try {
      written += writeSync(file, content, written);
    } catch (error) {
      if (!hasCode(error, 'EAGAIN')) throw error;
      pause();
    }
  }
}

/** Something to write into, piece by piece. */
export interface OpenOutput {
  append(piece: Uint8Array): void;
  close(): void;
}

/** Opens what is no regular file. Errors of its methods and its own are sentences about `target.path`. */
export function openOutput(target: Exclude<OutputTarget, { kind: 'file' }>): OpenOutput {
  const { path } = target;
  const attempt = <T>(act: () => T): T => {
    try {
      return act();
    } catch (error) {
      throw writeFailure(path, error, 'Look at what reads it, or give the path of a file.');
    }
  };
  const file = attempt(() => {
    if (target.kind === 'device') return openDevice(path);
    fstatSync(target.descriptor);
    return target.descriptor;
  });
  return {
    append: (piece) => attempt(() => writeAll(file, piece)),
    close: () => (target.kind === 'device' ? closeSync(file) : undefined),
  };
}
