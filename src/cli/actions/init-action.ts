/** `tinyml init` */

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { writeFileWhole } from '../../artifacts/files.ts';
import { usageError } from '../../core/errors.ts';
import { prettyJson } from '../../core/json.ts';
import { CONFIG_FILE, defaultProject, projectJsonSchema } from '../../stages/config.ts';
import type { InitJson } from '../printed-json.ts';
import { printable } from '../render/printable.ts';
import type { Session } from '../terminal/session.ts';

/** Beside the project, so that editors find it on every machine. */
const SCHEMA_FILE = 'tinyml.config.schema.json';

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
  writeFileWhole(join(target, SCHEMA_FILE), prettyJson(projectJsonSchema()));
  writeFileWhole(path, prettyJson({ $schema: `./${SCHEMA_FILE}`, ...defaultProject }));
  session.emit<InitJson>(`${printable(written)}\n`, { written });
  if (!session.json) session.reporter.line('Edit it, then run "tinyml run" in that folder.');
}
