/** `tinyml init` */

import { existsSync } from 'node:fs';
import { join, relative, resolve, sep } from 'node:path';
import { listDataFiles } from '../../artifacts/data-files.ts';
import { readInputFile, writeFileWhole } from '../../artifacts/files.ts';
import { usageError } from '../../core/errors.ts';
import { isJsonObject, prettyJson } from '../../core/json.ts';
import { decodeText } from '../../core/text.ts';
import {
  CONFIG_FILE,
  defaultProject,
  PROJECT_SCHEMA_TITLE,
  type ProjectConfig,
  projectJsonSchema,
} from '../../stages/config.ts';
import type { DataRequest } from '../../stages/proposal/data-request.ts';
import { type ProposedProject, proposeProject } from '../../stages/proposal/propose-project.ts';
import type { InitJson } from '../printed-json.ts';
import { initFindings, renderFindings } from '../render/findings.ts';
import { printable } from '../render/printable.ts';
import type { Session } from '../terminal/session.ts';

/** Options of `tinyml init`. */
export type InitSettings = Omit<DataRequest, 'path'> & { readonly from?: readonly string[] };

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

/** Refuses to replace what is not tinyml's. */
function checkTarget(session: Session, path: string, schema: string): void {
  if (existsSync(path)) {
    throw usageError(
      'project-exists',
      `${session.shown(path)} exists already`,
      'Choose another folder, or edit that file.',
    );
  }
  if (existsSync(schema) && !isProjectSchema(schema)) {
    throw usageError(
      'schema-exists',
      `${session.shown(schema)} exists already and is not tinyml's; nothing was written`,
      'Move it away, or choose another folder.',
    );
  }
}

/** Looks at the data; paths in the project start from its folder. */
async function propose(
  session: Session,
  target: string,
  settings: InitSettings,
): Promise<ProposedProject | undefined> {
  const { from, test, ...request } = settings;
  if (from === undefined) {
    const [needless] = Object.keys(settings);
    if (needless === undefined) return undefined;
    throw usageError(
      'needs-data',
      `"--${needless}" says something of your data, but "--from" names none`,
      'Give their file or folder with --from.',
    );
  }
  const inProject = (path: string): string =>
    relative(target, session.absolute(path)).split(sep).join('/') || '.';
  session.reporter.step(`looking at ${from.join(', ')}`);
  return proposeProject(
    {
      ...request,
      path: from.length === 1 ? inProject(from[0]) : from.map(inProject),
      ...(test === undefined ? {} : { test: inProject(test) }),
    },
    (path) => listDataFiles(resolve(target, path)),
  );
}

/** Writes the project file and the schema beside it, of the built-in project or of one for the user's data. */
export async function initAction(session: Session, directory: string, settings: InitSettings): Promise<void> {
  const target = session.absolute(directory);
  const path = join(target, CONFIG_FILE);
  const schema = join(target, SCHEMA_FILE);
  checkTarget(session, path, schema);
  const proposed = await propose(session, target, settings);
  const project: ProjectConfig = proposed?.project ?? defaultProject;
  writeFileWhole(schema, prettyJson(projectJsonSchema()));
  writeFileWhole(path, prettyJson({ $schema: `./${SCHEMA_FILE}`, ...project }));
  const written = session.shown(path);
  const found = proposed === undefined ? undefined : initFindings(proposed);
  const text = found === undefined ? '' : `${renderFindings(found, session.columns)}\n\n`;
  session.emit<InitJson>(`${text}${printable(written)}\n`, {
    written,
    ...(found === undefined ? {} : { found }),
  });
  if (!session.json) session.reporter.line('Edit it, then run "tinyml run" in that folder.');
}
