/** Places in a project file, as `model.filters[0]` in text. */

import { usageError } from '../../../core/errors.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../../core/json.ts';
import { nearestName } from '../../../core/nearest-name.ts';
import { knownFields } from '../../config/config-errors.ts';
import { projectJsonSchema } from '../../config.ts';

/** Names of members, and numbers of elements from 0. */
export type ConfigPath = readonly (string | number)[];

/** `model.layers[2].units`, or `model.layers.2.units`. Throws a usage error where it is none. */
export function parsePath(text: string): ConfigPath {
  const parts = text.replace(/\[(\d{1,6})\]/g, '.$1').split('.');
  if (parts.some((part) => part === '' || /[[\]]/.test(part))) {
    throw usageError(
      'bad-search-space',
      `The search space has ${JSON.stringify(text)}, which is no place in a project file`,
      'Write it as in "model.filters", "model.layers[2].units" or "training.learningRate".',
    );
  }
  return parts.map((part) => (/^\d+$/.test(part) ? Number(part) : part));
}

export function formatPath(path: ConfigPath): string {
  return path
    .map((key, index) => (typeof key === 'number' ? `[${key}]` : `${index === 0 ? '' : '.'}${key}`))
    .join('');
}

/** What stands there; undefined where nothing does. */
export function valueAt(json: JsonValue | undefined, path: ConfigPath): JsonValue | undefined {
  return path.reduce<JsonValue | undefined>((value, key) => {
    if (Array.isArray(value)) return typeof key === 'number' ? value[key] : undefined;
    return isJsonObject(value) && typeof key === 'string' ? value[key] : undefined;
  }, json);
}

/** A copy with `value` there; objects that are missing on the way are made, and a number is that of an element there is. */
export function withValueAt(
  json: JsonValue | undefined,
  [key, ...rest]: ConfigPath,
  value: JsonValue,
): JsonValue {
  if (key === undefined) return value;
  const changed = withValueAt(valueAt(json, [key]), rest, value);
  if (typeof key === 'number') return (json as readonly JsonValue[]).with(key, changed);
  return { ...(isJsonObject(json) ? json : {}), [key]: changed };
}

/** A copy without these elements of lists, which are numbered as they are before any is left out. */
export function withoutElements(json: JsonObject, paths: readonly ConfigPath[]): JsonObject {
  const lastFirst = [...paths].sort((a, b) => Number(b.at(-1)) - Number(a.at(-1)));
  return lastFirst.reduce<JsonObject>((config, path) => {
    const [list, place] = [path.slice(0, -1), path.at(-1)];
    const elements = valueAt(config, list);
    if (!Array.isArray(elements)) return config;
    return withValueAt(
      config,
      list,
      elements.filter((_, index) => index !== place),
    ) as JsonObject;
  }, json);
}

const SCHEMA = projectJsonSchema() as JsonObject;

/** The first step of the path that a project like `config` has no place for, and what it has there instead. */
function firstUnknown(
  config: JsonObject,
  path: ConfigPath,
): { readonly at: ConfigPath; readonly known: readonly string[] } | undefined {
  for (const [index, key] of path.entries()) {
    const around = path.slice(0, index);
    if (typeof key === 'number') {
      const elements = valueAt(config, around);
      if (Array.isArray(elements) && key < elements.length) continue;
      return { at: path.slice(0, index + 1), known: [] };
    }
    const known = knownFields(SCHEMA, config, around, SCHEMA);
    if (!known.includes(key)) return { at: path.slice(0, index + 1), known };
  }
  return undefined;
}

/** Whether a project like `config` may have something there. */
export function isKnownPath(config: JsonObject, path: ConfigPath): boolean {
  return firstUnknown(config, path) === undefined;
}

/** Throws a usage error for a place that none of these projects has; `configs` are not empty. */
export function requireKnownPath(configs: readonly JsonObject[], path: ConfigPath): void {
  const unknown = configs.map((config) => firstUnknown(config, path));
  if (unknown.includes(undefined)) return;
  const found = unknown as readonly NonNullable<(typeof unknown)[number]>[];
  const { at } = found.reduce((best, next) => (next.at.length > best.at.length ? next : best));
  const known = [
    ...new Set(found.filter(({ at: own }) => own.length === at.length).flatMap((one) => one.known)),
  ];
  const last = at[at.length - 1];
  const nearest = typeof last === 'string' ? nearestName(last, known) : undefined;
  throw usageError(
    'unknown-search-path',
    `The search space has "${formatPath(path)}", and this project has no place ${formatPath(at)}`,
    nearest !== undefined
      ? `Did you mean "${formatPath([...at.slice(0, -1), nearest])}"?`
      : known.length > 0
        ? `It knows ${known.join(', ')} there.`
        : 'Elements of lists are numbered from 0.',
  );
}
