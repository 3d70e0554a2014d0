/** Methods of compression that are not said by a project file, with their defaults. */

import * as z from 'zod';
import { usageError } from '../../core/errors.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../core/json.ts';
import { COMPRESSION_NAMES, type Compression, compressionSchema } from '../../training/compress/index.ts';
import { configFault } from '../config/config-errors.ts';
import { compressionsSchema } from '../training-config.ts';

/** Under the name that it has in a project file. */
const listSchema = z.strictObject({ compress: compressionsSchema });

/** Of what is no list of methods at all. */
const HINT = `The methods are ${COMPRESSION_NAMES.join(', ')}; "tinyml compress --help" shows how they are given.`;

function jsonSchema(schema: z.ZodType): JsonObject {
  return z.toJSONSchema(schema, { io: 'input' }) as JsonObject;
}

/** As a project lists them under `training.compress`; `where` names their source in errors. Throws `bad-methods` (usage). */
export function parseCompressions(list: unknown, where: string): readonly Compression[] {
  const parsed = listSchema.safeParse({ compress: list });
  if (parsed.success) return parsed.data.compress;
  const { sentence, hint } = configFault(parsed.error.issues, { compress: list }, jsonSchema(listSchema));
  throw usageError('bad-methods', `${where}: ${sentence}`, hint ?? HINT);
}

/** The options of each method as its JSON Schema has them, in their order, without its name. */
function optionsByMethod(): ReadonlyMap<string, Readonly<Record<string, JsonValue>>> {
  const { oneOf, anyOf } = jsonSchema(compressionSchema);
  const branches = [oneOf, anyOf].flatMap((list) => (Array.isArray(list) ? list : []));
  return new Map(
    branches.flatMap((branch) => {
      if (!isJsonObject(branch) || !isJsonObject(branch.properties)) return [];
      const { method, ...options } = branch.properties;
      return isJsonObject(method) ? [[String(method.const), options] as const] : [];
    }),
  );
}

/** Numbers, true and false are what they look like; all else is text. */
function typed(text: string): JsonValue {
  if (text === 'true' || text === 'false') return text === 'true';
  const number = Number(text);
  return text.trim() === '' || !Number.isFinite(number) ? text : number;
}

function isList(schema: JsonValue | undefined): boolean {
  return isJsonObject(schema) && schema.type === 'array';
}

function refused(piece: string): never {
  throw usageError(
    'bad-methods',
    `${JSON.stringify(piece)} is no method, and no option=value of one`,
    `Write --method prune, --method prune:option=value,option=value, or give all in a JSON file with --methods. ${HINT}`,
  );
}

type Options = { [name: string]: JsonValue };

/** `fit.ram=64k` is an option within an option; one that takes a list may be given again and again. */
function setOption(
  into: Options,
  path: readonly string[],
  value: JsonValue,
  schema: JsonValue | undefined,
): void {
  const [name, ...rest] = path;
  const fields = isJsonObject(schema) && isJsonObject(schema.properties) ? schema.properties : {};
  const before = into[name];
  if (rest.length > 0) {
    const inner: Options = isJsonObject(before) ? { ...before } : {};
    setOption(inner, rest, value, fields[name]);
    into[name] = inner;
  } else if (isList(fields[name])) into[name] = [...(Array.isArray(before) ? before : []), value];
  else into[name] = value;
}

/**
 * Methods as they are typed: `prune`, `prune:option=value,option=value`, `prune=value` for the first option of a method, and
 * several of these with commas between them. Throws `bad-methods` (usage) for what is none of it; which options there are, and
 * what they may be, `parseCompressions` says.
 */
export function parseMethodText(text: string): readonly JsonObject[] {
  const known = optionsByMethod();
  const list: Options[] = [];
  for (const piece of text.split(',')) {
    const [, head, option] = /^([^:=]+)(?::(.*))?$/s.exec(piece) ?? /^([^:=]+)(=.*)$/s.exec(piece) ?? [];
    const startsMethod = head !== undefined && (known.has(head) || !piece.includes('='));
    if (startsMethod) list.push({ method: head });
    const said = startsMethod ? option : piece;
    if (said === undefined) continue;
    const last = list.at(-1) ?? refused(piece);
    const options = known.get(String(last.method)) ?? {};
    const [first] = Object.keys(options);
    const [, path, value] = /^([^=]*)=(.*)$/s.exec(said) ?? refused(piece);
    const name = path === '' && startsMethod ? first : path;
    if (name === undefined || name === '') refused(piece);
    setOption(last, name.split('.'), typed(value), { properties: options });
  }
  return list;
}
