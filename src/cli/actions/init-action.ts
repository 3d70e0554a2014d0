/** `tinyml init` */

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { readInputFile, writeFileWhole } from '../../artifacts/files.ts';
import { usageError } from '../../core/errors.ts';
import { isJsonObject, prettyJson } from '../../core/json.ts';
import { decodeText } from '../../core/text.ts';
import { CONFIG_FILE, defaultProject, PROJECT_SCHEMA_TITLE, projectJsonSchema } from '../../stages/config.ts';
import type { InitJson } from '../printed-json.ts';
import { printable } from '../render/printable.ts';
import type { Session } from '../terminal/session.ts';

/** Beside the project, so that editors find it on every machine. */
const SCHEMA_FILE = 'tinyml.config.schema.json';

/** Whether tinyml wrote the file, this version or another. */
function isProjectSchema(path: string): boolean {
  try {
    const json: unknown = JSON.parse(decodeText(readInputFile(path, 'a JSON schema'), path));
    return isJsonObject(json) && json.title === PROJECT_SCHEMA_TITLE;
  } catch {
    return false;
  }
}

/**
 * Writes a project file with its defaults, and its schema, into the folder; refuses to replace files that it did not
 * write.
 */
export function initAction(session: Session, directory: string): void {
  const target = session.absolute(directory);
  const path = join(target, CONFIG_FILE);
  const written = session.shown(path);
  if (existsSync(path)) {
    throw usageError(
      'project-exists',
      `${written} exists already`,
      'Choose another folder, or edit that file.',
    );
  }
  const schema = join(target, SCHEMA_FILE);
  if (existsSync(schema) && !isProjectSchema(schema)) {
    throw usageError(
      'schema-exists',
      `${session.shown(schema)} exists already and is not tinyml's; nothing was written`,
      'Move it away, or choose another folder.',
    );
  }
  writeFileWhole(schema, prettyJson(projectJsonSchema()));
  writeFileWhole(path, prettyJson({ $schema: `./${SCHEMA_FILE}`, ...defaultProject }));
  session.emit<InitJson>(`${printable(written)}\n`, { written });
  if (!session.json) session.reporter.line('Edit it, then run "tinyml run" in that folder.');
}
