/** What a search leaves in the folder of the artifacts: its trials, its front, and a project for each point. */

import { existsSync } from 'node:fs';
import { dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';
import { usageError } from '../../core/errors.ts';
import { isJsonObject, type JsonObject, type JsonValue, prettyJson } from '../../core/json.ts';
import { CONFIG_FILE } from '../../stages/config/config-file.ts';
import type { SearchPoint } from '../../stages/search/front.ts';
import type { Session } from '../terminal/session.ts';
import { publishBytes } from './publish.ts';
import { artifactsOf } from './read-project.ts';

/** Below the artifacts of the project in `folder`; absolute. */
export function searchFolder(folder: string): string {
  return join(artifactsOf(folder), 'search');
}

export function journalOf(folder: string): string {
  return join(searchFolder(folder), 'journal.jsonl');
}

function rebased(path: string, from: string, to: string): string {
  return isAbsolute(path) ? path : relative(to, resolve(from, path)).split(sep).join('/');
}

function rebasedPaths(paths: JsonValue, from: string, to: string): JsonValue {
  if (typeof paths === 'string') return rebased(paths, from, to);
  return Array.isArray(paths) ? paths.map((path) => rebasedPaths(path, from, to)) : paths;
}

/** A project of the folder `from` whose file lies in the folder `to`: it reads the same data. */
export function movedProject(config: JsonObject, from: string, to: string): JsonObject {
  const { dataset } = config;
  if (!isJsonObject(dataset)) return config;
  const moved = ['path', 'test'].flatMap((name) =>
    dataset[name] === undefined ? [] : [[name, rebasedPaths(dataset[name], from, to)] as const],
  );
  const { $schema: _, ...others } = config;
  return { ...others, dataset: { ...dataset, ...Object.fromEntries(moved) } };
}

/** The project of a point in a folder of its own, where it can be run; its path as it is shown. */
export function publishPoint(session: Session, folder: string, { model, config }: SearchPoint): string {
  const target = join(searchFolder(folder), 'points', model.slice(0, 12), CONFIG_FILE);
  return publishBytes(session, prettyJson(movedProject(config, folder, dirname(target))), target, target);
}

/** Throws a usage error for a file that is there already: nobody said that it may be replaced. */
export function requireNew(session: Session, path: string): void {
  if (!existsSync(session.absolute(path))) return;
  throw usageError(
    'file-exists',
    `${path} is there already, and --write makes new files`,
    'Give another name, or --write alone to change the project file.',
  );
}
