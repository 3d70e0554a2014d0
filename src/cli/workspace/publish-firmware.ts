/**
 * Firmware into a folder that people work in: what they edited is kept, what is not tinyml's is never replaced unasked.
 * `tinyml-export.json` there holds the digests of what was written last.
 */

import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { readInputFile, writeFileWhole } from '../../artifacts/files.ts';
import { sha256 } from '../../core/digest.ts';
import { usageError } from '../../core/errors.ts';
import { prettyJson } from '../../core/json.ts';
import { isEditable } from '../../targets/firmware/firmware.ts';
import type { Session } from '../terminal/session.ts';

const RECORD_FILE = 'tinyml-export.json';
const RECORD_FORMAT = 'tinyml/export@1';

const recordSchema = z.object({
  format: z.literal(RECORD_FORMAT),
  files: z.record(z.string(), z.string()),
});

/** Digests of what was written last, by path. Without a readable record nothing there is known to be tinyml's. */
function readRecord(directory: string): ReadonlyMap<string, string> {
  const path = join(directory, RECORD_FILE);
  if (!existsSync(path)) return new Map();
  try {
    const text = new TextDecoder().decode(readInputFile(path, 'a record of exported files'));
    return new Map(Object.entries(recordSchema.parse(JSON.parse(text)).files));
  } catch {
    return new Map();
  }
}

type Fate = 'write' | 'keep' | 'refuse';

function fateOf(path: string, content: Uint8Array, absolute: string, written: string | undefined): Fate {
  if (!existsSync(absolute)) return 'write';
  const there = sha256(readInputFile(absolute, 'a generated file'));
  if (there === written || there === sha256(content)) return 'write';
  return isEditable(path) ? 'keep' : 'refuse';
}

/** The builder joins all sketches of a folder. */
function warnOfOtherSketches(session: Session, directory: string, files: ReadonlyMap<string, unknown>): void {
  const sketch = [...files.keys()].find((path) => path.endsWith('.ino'));
  if (sketch === undefined || !existsSync(directory)) return;
  const others = readdirSync(directory).filter((name) => name.endsWith('.ino') && !files.has(name));
  for (const name of others) {
    session.reporter.warn(
      `${session.shown(join(directory, name))} is in the sketch's folder too: Arduino compiles it together with ${sketch}.`,
    );
  }
}

export interface FirmwareTarget {
  readonly directory: string;
  /** Replace what was edited, and what tinyml did not write. */
  readonly force: boolean;
}

/** Writes all files or, where one is in the way, none. Returns the paths written, as they are shown. */
export function publishFirmware(
  session: Session,
  files: ReadonlyMap<string, Uint8Array>,
  { directory, force }: FirmwareTarget,
): string[] {
  const folder = session.absolute(directory);
  const record = readRecord(folder);
  const fates = [...files].map(([path, content]) => {
    const absolute = join(folder, path);
    const fate = force ? 'write' : fateOf(path, content, absolute, record.get(path));
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
      continue;
    }
    writeFileWhole(absolute, content);
    next.set(path, sha256(content));
  }
  writeFileWhole(
    join(folder, RECORD_FILE),
    prettyJson({ format: RECORD_FORMAT, files: Object.fromEntries(next) }),
  );
  warnOfOtherSketches(session, folder, files);
  return fates.filter(({ fate }) => fate === 'write').map(({ absolute }) => session.shown(absolute));
}
