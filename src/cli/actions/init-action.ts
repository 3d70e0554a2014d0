/** `tinyml init` */

import { existsSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { writeFileWhole } from '../../artifacts/files.ts';
import { usageError } from '../../core/errors.ts';
import { prettyJson } from '../../core/json.ts';
import { CONFIG_FILE, defaultProject } from '../../stages/config.ts';
import type { InitJson } from '../printed-json.ts';
import { printable } from '../render/printable.ts';
import type { Session } from '../terminal/session.ts';

const SCHEMA_PATH = fileURLToPath(new URL('../../../schemas/tinyml.config.schema.json', import.meta.url));

/** Where editors find the schema: relative to the project, so that the file can move with its surroundings. */
function schemaReference(directory: string): string {
  const path = relative(directory, SCHEMA_PATH).replaceAll('\\', '/');
  return path.startsWith('.') ? path : `./${path}`;
}

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
  writeFileWhole(path, prettyJson({ $schema: schemaReference(target), ...defaultProject }));
  session.emit<InitJson>(`${printable(written)}\n`, { written });
  if (!session.json) session.reporter.line('Edit it, then run "tinyml run" in that folder.');
}
