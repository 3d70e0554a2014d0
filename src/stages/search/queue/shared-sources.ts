/**
 * The user's files on their way to workers, by digest: a list of names, lengths and digests under its own digest, which is
 * that of `sourcesDigest`, and every file in pieces under its own.
 */

import * as z from 'zod';
import type { DataFile } from '../../../core/data-file.ts';
import { sha256 } from '../../../core/digest.ts';
import { environmentError, inputError, type TinymlError, unsupportedError } from '../../../core/errors.ts';
import { canonicalJson } from '../../../core/json.ts';
import { fileDigest, type NamedSources } from '../trial-sources.ts';
import type { Blobs } from './blobs.ts';
import { parseForeign } from './foreign-json.ts';

/** Of all files together: what a server of Redis and a worker's memory bear. */
export const MOST_SHARED_BYTES = 2 ** 28;
const PIECE_BYTES = 2 ** 20;
const MOST_LIST_BYTES = 2 ** 25;

const listSchema = z.array(
  z.strictObject({
    name: z.string(),
    files: z.array(
      z.strictObject({
        path: z.string(),
        bytes: z.int().nonnegative(),
        sha256: z.string().regex(/^[0-9a-f]{64}$/),
      }),
    ),
  }),
);

/** What `sourcesDigest` is the digest of. */
export type SourceList = z.infer<typeof listSchema>;

const listName = (digest: string): string => `tinyml:sources:${digest}`;
const pieceName = (digest: string, index: number): string => `tinyml:file:${digest}:${index}`;

function bytesOf(list: SourceList): number {
  return list.flatMap(({ files }) => files).reduce((sum, { bytes }) => sum + bytes, 0);
}

function isTooLarge(list: SourceList): boolean {
  return bytesOf(list) > MOST_SHARED_BYTES || canonicalJson(list).length > MOST_LIST_BYTES;
}

function tooLarge(list: SourceList): TinymlError {
  return unsupportedError(
    'search-data-too-large',
    `The project's data are ${bytesOf(list)} bytes, and a queue carries ${MOST_SHARED_BYTES}`,
    'Search without --queue, on this machine, or with fewer data.',
  );
}

/** Bytes of a file that lie in its piece `index`. */
function pieceLength(bytes: number, index: number): number {
  return Math.min(PIECE_BYTES, bytes - index * PIECE_BYTES);
}

/** Files of a search, kept where its workers find them. */
export interface SharedSources {
  /** Puts there what is not, or not any more, and keeps the rest. Throws what reading the files throws, and `queue-full`. */
  publish(): Promise<void>;
}

/** Reads every file once, for its digest. Throws `search-data-too-large` (unsupported). */
export function shareSources(sources: readonly NamedSources[], blobs: Blobs): SharedSources {
  const list = sources.map(({ name, files }) => ({
    name,
    files: files.map((file) => ({ path: file.path, bytes: file.length, sha256: fileDigest(file) })),
  }));
  if (isTooLarge(list)) throw tooLarge(list);
  const text = canonicalJson(list);
  const pieces = new Map<string, { readonly file: DataFile; readonly index: number }>();
  for (const [at, { files }] of sources.entries()) {
    for (const [number, file] of files.entries()) {
      for (let index = 0; index * PIECE_BYTES < file.length; index++) {
        pieces.set(pieceName(list[at].files[number].sha256, index), { file, index });
      }
    }
  }
  const name = listName(sha256(text));
  return {
    async publish() {
      for (const missing of await blobs.keep([...pieces.keys()])) {
        const { file, index } = pieces.get(missing) as { file: DataFile; index: number };
        await blobs.put(missing, readPiece(file, index));
      }
      // Last: who finds the list finds the files.
      if ((await blobs.keep([name])).length > 0) await blobs.put(name, new TextEncoder().encode(text));
    },
  };
}

function readPiece(file: DataFile, index: number): Uint8Array {
  const bytes = file.open();
  try {
    const piece = new Uint8Array(pieceLength(file.length, index));
    bytes.readAt(index * PIECE_BYTES, piece);
    return piece;
  } finally {
    bytes.close();
  }
}

/** Where a worker keeps files that it has, by digest. */
export interface FileCache {
  has(digest: string): boolean;
  add(digest: string, bytes: Uint8Array): void;
}

function damaged(what: string): TinymlError {
  return inputError(
    'search-data-damaged',
    `${what} that the queue has for this search is not what its digest says`,
    'Start the search again: it puts there what is missing. Somebody else may write to this server of Redis.',
  );
}

const NOT_THERE = 'The search that decided it is gone, or its server of Redis has lost its data.';

/** Data that are not there yet, or not any more. */
function missingData(): TinymlError {
  return environmentError('search-data-missing', 'The queue has no data for this trial', NOT_THERE);
}

function parseList(bytes: Uint8Array, digest: string): SourceList {
  if (bytes.length > MOST_LIST_BYTES || sha256(bytes) !== digest) throw damaged('The list of files');
  const list = parseForeign(listSchema, new TextDecoder().decode(bytes), MOST_LIST_BYTES);
  if (list === undefined || isTooLarge(list)) throw damaged('The list of files');
  return list;
}

type ListedFile = SourceList[number]['files'][number];

async function fetchFile({ sha256: digest, bytes: length }: ListedFile, blobs: Blobs): Promise<Uint8Array> {
  const whole = new Uint8Array(length);
  for (let index = 0; index * PIECE_BYTES < length; index++) {
    const piece = await blobs.get(pieceName(digest, index));
    if (piece === undefined) throw missingData();
    if (piece.length !== pieceLength(length, index)) throw damaged('A file');
    whole.set(piece, index * PIECE_BYTES);
  }
  if (sha256(whole) !== digest) throw damaged('A file');
  return whole;
}

/**
 * Lists the files with that digest, and brings into the cache those that it has not. Throws `search-data-missing`
 * (environment) and `search-data-damaged` (input).
 */
export async function fetchSources(digest: string, blobs: Blobs, cache: FileCache): Promise<SourceList> {
  const bytes = await blobs.get(listName(digest));
  if (bytes === undefined) throw missingData();
  const list = parseList(bytes, digest);
  for (const file of list.flatMap(({ files }) => files)) {
    if (!cache.has(file.sha256)) cache.add(file.sha256, await fetchFile(file, blobs));
  }
  return list;
}
