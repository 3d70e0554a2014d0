/**
 * C sources into a folder that people work in: what they edited is kept, what is not tinyml's is never replaced unasked.
 * `tinyml-export.json` beside firmware holds the digests of what was written last, and while files are written those of
 * before, too: an export that is killed half-way goes on at the next try. The files of an array need no record: what
 * stands in them says whether tinyml wrote them.
 */

import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { readInputFile, writeFileWhole } from '../../artifacts/files.ts';
import { sha256 } from '../../core/digest.ts';
import { usageError } from '../../core/errors.ts';
import { prettyJson } from '../../core/json.ts';
import { decodeText } from '../../core/text.ts';
import { isCArrayFile } from '../../targets/c-array/c-array-files.ts';
import { isEditable } from '../../targets/firmware/firmware.ts';
import { ARDUINO_LIBRARY_FACTS } from '../../targets/firmware/libraries.ts';
import type { Session } from '../terminal/session.ts';
import { refuseInputs } from './inputs.ts';

const RECORD_FILE = 'tinyml-export.json';
const RECORD_FORMAT = 'tinyml/export@1';

const recordSchema = z.object({
  format: z.literal(RECORD_FORMAT),
  files: z.record(z.string(), z.union([z.string(), z.array(z.string())])),
});

/** By path the digests of what was written: one, or several where an export stopped half-way. */
type Digests = ReadonlyMap<string, readonly string[]>;

/** Without a readable record nothing there is known to be tinyml's. */
function readRecord(directory: string): Digests {
  const path = join(directory, RECORD_FILE);
  if (!existsSync(path)) return new Map();
  try {
    const text = decodeText(readInputFile(path, 'a record of exported files'), path);
    const { files } = recordSchema.parse(JSON.parse(text));
    return new Map(Object.entries(files).map(([name, digests]) => [name, [digests].flat()]));
  } catch {
    return new Map();
  }
}

function writeRecord(directory: string, digests: Digests): void {
  const files = Object.fromEntries(
    [...digests].map(([path, all]) => [path, all.length === 1 ? all[0] : all] as const),
  );
  writeFileWhole(join(directory, RECORD_FILE), prettyJson({ format: RECORD_FORMAT, files }));
}

/** Both digests of every file that is replaced. */
function withOld(next: Digests, record: Digests): Digests {
  return new Map(
    [...next].map(([path, digests]) => [path, [...new Set([...(record.get(path) ?? []), ...digests])]]),
  );
}

type Fate = 'write' | 'keep' | 'refuse';

function fateOf(path: string, content: Uint8Array, absolute: string, written: readonly string[]): Fate {
  if (!existsSync(absolute)) return 'write';
  const there = readInputFile(absolute, 'a generated file');
  const digest = sha256(there);
  if (written.includes(digest) || digest === sha256(content)) return 'write';
  if (isCArrayFile(path, new TextDecoder().decode(there))) return 'write';
  return isEditable({ path, text: new TextDecoder().decode(content) }) ? 'keep' : 'refuse';
}

function includes(text: string, header: string): boolean {
  return new RegExp(`^[ \\t]*#[ \\t]*include[ \\t]*[<"]${header.replaceAll('.', '\\.')}[>"]`, 'm').test(text);
}

/** A sketch that is kept may be for another library than the files that are written beside it. */
function warnOfOtherLibrary(session: Session, absolute: string, content: Uint8Array): void {
  const kept = new TextDecoder().decode(readInputFile(absolute, 'a sketch'));
  const generated = new TextDecoder().decode(content);
  const libraries = Object.values(ARDUINO_LIBRARY_FACTS);
  const wanted = libraries.find(({ header }) => includes(generated, header));
  const other = libraries.find(({ header }) => includes(kept, header));
  if (wanted === undefined || other === undefined || includes(kept, wanted.header)) return;
  session.reporter.warn(
    `${session.shown(absolute)} still includes <${other.header}> of ${other.name}, and the files beside it are for ${wanted.name} now: include <${wanted.header}> instead.`,
  );
}

/** The builder joins all sketches of a folder, and a program that begins elsewhere never calls setup. */
function warnOfOtherSketches(session: Session, directory: string, files: ReadonlyMap<string, unknown>): void {
  const sketch = [...files.keys()].find((path) => path.endsWith('.ino'));
  if (sketch === undefined || !existsSync(directory)) return;
  const others = readdirSync(directory).filter((name) => /\.ino$|^main\.c/.test(name) && !files.has(name));
  for (const name of others) {
    session.reporter.warn(
      `${session.shown(join(directory, name))} is in the sketch's folder too: Arduino compiles it together with ${sketch}.`,
    );
  }
}

/** Every export of C without an interpreter has such a file, whatever else stands around it. */
const MODEL_MARK = /([^/]+)_test\.h$/;

function modelsOf(paths: Iterable<string>): string[] {
  return [...paths].flatMap((path) => MODEL_MARK.exec(path)?.[1] ?? []);
}

/** One application calls one model; that of another would be left beside it, or lose some of its files. */
function refuseOtherModel(session: Session, folder: string, record: Digests, files: Iterable<string>): void {
  const [name] = modelsOf(files);
  const there = [...record.keys()].filter((path) => existsSync(join(folder, path)));
  const other = modelsOf(there).find((one) => one !== name);
  if (name === undefined || other === undefined) return;
  throw usageError(
    'other-model',
    `${session.shown(folder)} holds a model that is called ${JSON.stringify(other)}; nothing was written`,
    `Choose another folder for ${JSON.stringify(name)}, or give --name ${other} to replace it.`,
  );
}

/** Where sources go, and whether files that were edited there may be replaced. */
export interface SourceTarget {
  readonly directory: string;
  /** Replace what was edited, and what tinyml did not write. */
  readonly force: boolean;
}

/** Writes all files or, where one is in the way, none. Returns the paths written, as they are shown. */
export function publishSources(
  session: Session,
  files: ReadonlyMap<string, Uint8Array>,
  { directory, force }: SourceTarget,
): string[] {
  const folder = session.absolute(directory);
  refuseInputs(
    session,
    [RECORD_FILE, ...files.keys()].map((path) => join(folder, path)),
  );
  const record = readRecord(folder);
  if (!force) refuseOtherModel(session, folder, record, files.keys());
  const fates = [...files].map(([path, content]) => {
    const absolute = join(folder, path);
    const fate = force ? 'write' : fateOf(path, content, absolute, record.get(path) ?? []);
    return { path, content, absolute, fate };
  });

  const refused = fates.filter(({ fate }) => fate === 'refuse');
  if (refused.length > 0) {
    const names = refused.map(({ absolute }) => session.shown(absolute)).join(', ');
    throw usageError(
      'not-generated',
      `${names}: changed since tinyml wrote it, or not written by tinyml; nothing was written`,
      'Move it away, choose another folder, or replace it with --force.',
    );
  }

  const next = new Map(record);
  for (const { path, content, absolute, fate } of fates) {
    if (fate === 'keep') {
      session.reporter.warn(`Kept ${session.shown(absolute)}, which was edited; --force replaces it.`);
      if (path.endsWith('.ino')) warnOfOtherLibrary(session, absolute, content);
    } else next.set(path, [sha256(content)]);
  }
  const isRecorded =
    record.size > 0 ||
    [...files].some(([path, content]) => isEditable({ path, text: new TextDecoder().decode(content) }));
  if (isRecorded) writeRecord(folder, withOld(next, record));
  for (const { content, absolute, fate } of fates) if (fate === 'write') writeFileWhole(absolute, content);
  if (isRecorded) writeRecord(folder, next);
  warnOfOtherSketches(session, folder, files);
  return fates.filter(({ fate }) => fate === 'write').map(({ absolute }) => session.shown(absolute));
}
