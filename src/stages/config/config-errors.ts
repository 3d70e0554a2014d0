/** What is wrong in a project file, in words for those who wrote it. */

import type * as z from 'zod';
import { counted } from '../../core/figure-text.ts';
import { isJsonObject, type JsonValue } from '../../core/json.ts';
import { nearestName } from '../../core/nearest-name.ts';

type Issue = z.core.$ZodIssue;

export interface ConfigFault {
  /** Of the value that is wrong. */
  readonly path: readonly PropertyKey[];
  readonly sentence: string;
  readonly hint?: string;
}

const EXPECTED: Readonly<Record<string, string>> = {
  int: 'a whole number',
  number: 'a number',
  string: 'text in quotation marks',
  boolean: 'true or false',
  object: 'an object in braces',
  record: 'an object in braces',
  array: 'a list in brackets',
  tuple: 'a list in brackets',
};

/** `model.layers[2].units`. */
function pathText(path: readonly PropertyKey[]): string {
  return path
    .map((key, index) => (typeof key === 'number' ? `[${key}]` : `${index === 0 ? '' : '.'}${String(key)}`))
    .join('');
}

function valueAt(json: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (value, key) =>
      value !== null && typeof value === 'object' ? (value as Record<PropertyKey, unknown>)[key] : undefined,
    json,
  );
}

const SHOWN = 40;

function shown(value: unknown): string {
  if (Array.isArray(value)) return 'a list';
  if (value !== null && typeof value === 'object') return 'an object';
  const text = JSON.stringify(value);
  return text.length > SHOWN ? `${text.slice(0, SHOWN)}…` : text;
}

function oneOf(values: readonly string[]): string {
  return values.length === 1 ? `"${values[0]}"` : `one of ${values.map((value) => `"${value}"`).join(', ')}`;
}

function suggestion(typed: unknown, names: readonly string[]): string | undefined {
  const nearest = typeof typed === 'string' ? nearestName(typed, names) : undefined;
  return nearest === undefined ? undefined : `Did you mean "${nearest}"?`;
}

/** The names among which a tag chooses; one that may be left out counts as undefined. */
function tags(issue: Issue): readonly string[] | undefined {
  if (issue.code !== 'invalid_union' || !('options' in issue)) return undefined;
  return (issue.options as readonly unknown[]).filter((option) => option !== undefined).map(String);
}

/** What zod says where a schema has no words of its own. */
const NO_WORDS = 'Invalid input';

/** What each form that a value may have finds wrong, where no tag chooses among them. */
function forms(issue: Issue): readonly (readonly Issue[])[] {
  return issue.code === 'invalid_union' && tags(issue) === undefined && issue.message === NO_WORDS
    ? issue.errors
    : [];
}

/** The issue inside of the form that a value has: of the elements of a list, where it may be a list or a word. */
function innermost(issue: Issue): Issue {
  const own = forms(issue).find((found) => found.length > 0 && found.every(({ path }) => path.length > 0));
  return own === undefined ? issue : innermost({ ...own[0], path: [...issue.path, ...own[0].path] });
}

/** The names that a value could have been. */
function namesOf(issue: Issue): readonly string[] {
  if (issue.code === 'invalid_value') return issue.values.map(String);
  return tags(issue) ?? forms(issue).flatMap((found) => found.flatMap(namesOf));
}

function anyForm(issue: Issue): string | undefined {
  const found = forms(issue).map(([first]) => requirement(first) ?? `must be ${first.message}`);
  return found.length === 0
    ? undefined
    : `must be ${found.map((one) => one.replace(/^must be /, '')).join(', or ')}`;
}

/** What a value has to be; undefined where the issue's own words are ours already. */
function requirement(issue: Issue): string | undefined {
  switch (issue.code) {
    case 'invalid_type':
      return `must be ${EXPECTED[issue.expected] ?? issue.expected}`;
    case 'invalid_value':
      return `must be ${oneOf(issue.values.map(String))}`;
    case 'invalid_union': {
      const names = tags(issue);
      return names === undefined ? anyForm(issue) : `must be ${oneOf(names)}`;
    }
    case 'too_small':
    case 'too_big': {
      const [limit, words] =
        issue.code === 'too_small'
          ? [issue.minimum, issue.inclusive === true ? 'at least' : 'above']
          : [issue.maximum, issue.inclusive === true ? 'at most' : 'below'];
      if (issue.origin === 'array') return `must have ${words} ${counted(Number(limit), 'element')}`;
      if (issue.origin === 'string') return `must have ${words} ${counted(Number(limit), 'character')}`;
      return `must be ${words} ${limit}`;
    }
    default:
      return undefined;
  }
}

/** What `$ref` stands for, which is `#/$defs/NAME`. */
function resolved(schema: JsonValue | undefined, root: JsonValue): JsonValue | undefined {
  if (!isJsonObject(schema) || typeof schema.$ref !== 'string') return schema;
  const [, , name] = schema.$ref.split('/');
  return isJsonObject(root) && isJsonObject(root.$defs) ? root.$defs[name] : undefined;
}

/** Members that the JSON Schema `root` knows at a path of its part `given`, of the branches that fit the value there. */
export function knownFields(
  given: JsonValue | undefined,
  json: unknown,
  path: readonly PropertyKey[],
  root: JsonValue,
): string[] {
  const schema = resolved(given, root);
  if (!isJsonObject(schema)) return [];
  const branches = [schema.anyOf, schema.oneOf].flatMap((list) => (Array.isArray(list) ? list : []));
  const fitting = branches.filter((branch) => fits(branch, json));
  if (fitting.length > 0) return fitting.flatMap((branch) => knownFields(branch, json, path, root));
  const { properties, items } = schema;
  const [key, ...rest] = path;
  if (key === undefined) return isJsonObject(properties) ? Object.keys(properties) : [];
  const inner =
    typeof key === 'number' ? items : isJsonObject(properties) ? properties[String(key)] : undefined;
  return knownFields(inner, valueAt(json, [key]), rest, root);
}

/** Whether an object has the constants that tell this branch from the others, those that may be left out only if at all. */
function fits(branch: JsonValue, json: unknown): boolean {
  if (!isJsonObject(branch) || !isJsonObject(branch.properties)) return false;
  const { required } = branch;
  return Object.entries(branch.properties).every(([name, member]) => {
    if (!isJsonObject(member) || member.const === undefined) return true;
    const value = valueAt(json, [name]);
    const needed = Array.isArray(required) && required.includes(name);
    return value === member.const || (value === undefined && !needed);
  });
}

function unknownField(path: readonly PropertyKey[], key: string, fields: readonly string[]): ConfigFault {
  const hint = suggestion(key, fields) ?? (fields.length > 0 ? `It knows ${fields.join(', ')}.` : undefined);
  const where = path.length === 0 ? 'There' : `In ${pathText(path)} there`;
  return {
    path: [...path, key],
    sentence: `${where} is no field ${JSON.stringify(key)}`,
    ...(hint === undefined ? {} : { hint }),
  };
}

function wrongValue(issue: Issue, json: unknown): ConfigFault {
  const { path } = issue;
  const value = valueAt(json, path);
  const required = requirement(issue);
  const name = pathText(path) || 'It';
  if (required === undefined) return { path, sentence: `${name}: ${issue.message}` };
  const sentence =
    value === undefined
      ? `${name} is missing; it ${required}`
      : `${name} is ${shown(value)}, but ${required}`;
  const hint = suggestion(value, namesOf(issue));
  return { path, sentence, ...(hint === undefined ? {} : { hint }) };
}

/** The fault that is told: of a misspelt field first, which is why another one is missing. */
export function configFault(found: readonly Issue[], json: unknown, schema: JsonValue): ConfigFault {
  const issues = found.map(innermost);
  const misspelt = issues.find((issue) => issue.code === 'unrecognized_keys');
  if (misspelt?.code === 'unrecognized_keys') {
    return unknownField(misspelt.path, misspelt.keys[0], knownFields(schema, json, misspelt.path, schema));
  }
  return wrongValue(issues[0], json);
}
