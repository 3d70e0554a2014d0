/** `tinyml init` */

import { existsSync, statSync } from 'node:fs';
import { join, relative, resolve, sep } from 'node:path';
import { listDataFiles } from '../../artifacts/data-files.ts';
import { readInputFile, writeFolderWhole } from '../../artifacts/files.ts';
import { usageError } from '../../core/errors.ts';
import { given } from '../../core/given.ts';
import { isJsonObject, prettyJson } from '../../core/json.ts';
import { shellWord } from '../../core/shell-word.ts';
import { decodeText } from '../../core/text.ts';
import { CONFIG_FILE } from '../../stages/config/config-file.ts';
import {
  defaultProject,
  PROJECT_SCHEMA_TITLE,
  type ProjectConfig,
  projectJsonSchema,
} from '../../stages/config.ts';
import type { DataRequest } from '../../stages/proposal/data-request.ts';
import { type ProposedProject, proposeProject } from '../../stages/proposal/propose-project.ts';
import type { TemplateName } from '../../stages/templates/names.ts';
import { proposeTemplate, TEMPLATE_DATA } from '../../stages/templates/propose-template.ts';
import type { ExampleFiles } from '../../stages/templates/template.ts';
import type { InitJson } from '../printed-json.ts';
import { initFindings, renderFindings } from '../render/findings.ts';
import { printable } from '../render/printable.ts';
import type { Session } from '../terminal/session.ts';
import { requireData } from '../workspace/inputs.ts';
import { openProjectAt } from '../workspace/project.ts';
import { publishBytes } from '../workspace/publish.ts';
import { artifactsOf } from '../workspace/read-project.ts';
import { restorePoint } from '../workspace/restore-point.ts';

/** What is said of data that are to be looked at. */
type DataSettings = Omit<DataRequest, 'path'> & {
  /** Of the model. */
  readonly maxBytes?: number;
};

/** Options of `tinyml init`. */
export type InitSettings = DataSettings & {
  readonly from?: readonly string[];
  readonly template?: TemplateName;
};

/** Beside the project, so that editors find it on every machine. */
const SCHEMA_FILE = 'tinyml.config.schema.json';

/** Where a project is to be, and what is written there. */
interface Target {
  readonly folder: string;
  readonly project: string;
  readonly schema: string;
  readonly data: string;
}

function targetOf(folder: string): Target {
  return {
    folder,
    project: join(folder, CONFIG_FILE),
    schema: join(folder, SCHEMA_FILE),
    data: join(folder, TEMPLATE_DATA),
  };
}

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
function checkTarget(session: Session, { folder, project, schema }: Target): void {
  if (existsSync(folder) && statSync(folder).isFile()) {
    const file = session.shown(folder);
    throw usageError(
      'not-a-folder',
      `${file} is a file, and a project goes into a folder`,
      `Name your data with --from: tinyml init --from ${shellWord(file)}.`,
    );
  }
  if (existsSync(project)) {
    throw usageError(
      'project-exists',
      `${session.shown(project)} exists already`,
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

/** What is to be written, and what was found in data. */
interface NewProject {
  readonly project: ProjectConfig;
  readonly proposed?: ProposedProject;
  /** Example data. */
  readonly files?: ExampleFiles;
}

/** Looks at the data; paths in the project start from its folder. */
async function lookedAt(
  session: Session,
  target: string,
  from: readonly string[],
  { test, maxBytes, ...request }: DataSettings,
): Promise<NewProject> {
  const inProject = (path: string): string =>
    relative(target, session.absolute(path)).split(sep).join('/') || '.';
  for (const path of [...from, ...(test === undefined ? [] : [test])]) requireData(session, path);
  session.reporter.step(`looking at ${from.join(', ')}`);
  const proposed = await proposeProject(
    {
      ...request,
      ...(maxBytes === undefined ? {} : { fit: { ...request.fit, flash: maxBytes } }),
      path: from.length === 1 ? inProject(from[0]) : from.map(inProject),
      ...(test === undefined ? {} : { test: inProject(test) }),
    },
    (path, sort) => listDataFiles(resolve(target, path), sort),
  );
  return { project: proposed.project, proposed };
}

async function ofTemplate(session: Session, { data }: Target, name: TemplateName): Promise<NewProject> {
  const { project, data: made } = await proposeTemplate(name);
  if (made === undefined) return { project };
  if (existsSync(data)) {
    throw usageError(
      'data-exists',
      `${session.shown(data)} exists already; nothing was written`,
      `Choose another folder, or describe your data with "tinyml init --from ${TEMPLATE_DATA}".`,
    );
  }
  return { project, ...made };
}

/** Refuses what would be said of no data. */
function checkNeedless(settings: DataSettings): void {
  const [needless] = Object.keys(settings);
  if (needless === undefined) return;
  throw usageError(
    'needs-data',
    `"--${needless}" says something of your data, but "--from" names none`,
    'Give their file or folder with --from.',
  );
}

async function newProject(
  session: Session,
  target: Target,
  { from, template, ...said }: InitSettings,
): Promise<NewProject> {
  if (from !== undefined) return lookedAt(session, target.folder, from, said);
  checkNeedless(said);
  return template === undefined ? { project: defaultProject } : ofTemplate(session, target, template);
}

function writeProject(session: Session, target: Target, { project, files }: NewProject): void {
  if (files !== undefined) writeFolderWhole(target.data, files);
  publishBytes(session, prettyJson(projectJsonSchema()), target.schema);
  publishBytes(session, prettyJson({ $schema: `./${SCHEMA_FILE}`, ...project }), target.project);
}

/**
 * Divides and prepares the data at once, so that what is wrong with them is told before anything is trained. A project that
 * cannot be made of them leaves nothing behind.
 */
async function writeWithDataset(session: Session, target: Target, made: NewProject): Promise<void> {
  const restore = restorePoint([target.project, target.schema, artifactsOf(target.folder)]);
  try {
    writeProject(session, target, made);
    await openProjectAt(session, target.project).pipeline.run('dataset');
  } catch (error) {
    restore();
    throw error;
  }
}

/** Writes the project file and the schema beside it: the built-in project, that of a template, or one for the user's data. */
export async function initAction(session: Session, directory: string, settings: InitSettings): Promise<void> {
  const target = targetOf(session.absolute(directory));
  checkTarget(session, target);
  const made = await newProject(session, target, settings);
  const { proposed, files } = made;
  const [written, data] = [target.project, target.data].map((path) => session.shown(path));
  const found = proposed === undefined ? undefined : initFindings(proposed);
  const result: InitJson = { written, ...(files === undefined ? {} : { data }), ...given({ found }) };
  if (found === undefined) writeProject(session, target, made);
  else {
    // What was found explains what the data then lack.
    if (!session.json) session.emit<InitJson>(`${renderFindings(found, session.columns)}\n\n`, result);
    await writeWithDataset(session, target, made);
  }
  session.emit<InitJson>(`${printable(written)}\n`, result);
  if (session.json) return;
  const first = files === undefined ? 'Edit it' : `Put your own files in place of ${printable(data)}`;
  session.reporter.line(`${first}, then run "tinyml run" in that folder.`);
}
