/** `tinyml init` */

import { existsSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { writeFileWhole } from '../../artifacts/files.ts';
import { usageError } from '../../core/errors.ts';
import { prettyJson } from '../../core/json.ts';
import { CONFIG_FILE, defaultProject } from '../../stages/config.ts';
import type { CliIo } from '../terminal/io.ts';
import { displayPath } from '../workspace/display-path.ts';

const SCHEMA_PATH = fileURLToPath(new URL('../../../schemas/tinyml.config.schema.json', import.meta.url));

/** Where editors find the schema: relative to the project, so that the file can move with its surroundings. */
function schemaReference(directory: string): string {
  const path = relative(directory, SCHEMA_PATH).replaceAll('\\', '/');
  return path.startsWith('.') ? path : `./${path}`;
}

export function initProject(io: CliIo, directory: string, json: boolean): void {
  const target = resolve(io.cwd, directory);
  const path = join(target, CONFIG_FILE);
  if (existsSync(path)) {
    throw usageError(
      'project-exists',
      `${displayPath(io, path)} exists already`,
      'Choose another folder, or edit that file.',
    );
  }
  writeFileWhole(path, prettyJson({ $schema: schemaReference(target), ...defaultProject }));
  const shown = displayPath(io, path);
  io.stdout.write(json ? `${JSON.stringify({ written: shown })}\n` : `${shown}\n`);
  if (!json) io.stderr.write('Edit it, then run "tinyml run" in that folder.\n');
}
