/** Members of a JSON object changed in its text: what is not changed stays as it was written, blanks and order included. */

import type { JsonValue } from '../../core/json.ts';

interface Member {
  readonly key: string;
  /** Where its value begins and ends. */
  readonly start: number;
  readonly end: number;
}

interface ObjectText {
  /** Of the opening brace. */
  readonly open: number;
  readonly members: readonly Member[];
  /** Of the closing brace. */
  readonly close: number;
}

function afterBlanks(text: string, at: number): number {
  let index = at;
  while (/\s/.test(text[index] ?? '')) index++;
  return index;
}

/** Behind a string that begins at `at`. */
function afterString(text: string, at: number): number {
  let index = at + 1;
  while (text[index] !== '"') index += text[index] === '\\' ? 2 : 1;
  return index + 1;
}

/** Behind a value that begins at `at`. */
function afterValue(text: string, at: number): number {
  if (text[at] === '"') return afterString(text, at);
  if (text[at] !== '{' && text[at] !== '[') {
    let index = at;
    while (index < text.length && !/[\s,\]}]/.test(text[index])) index++;
    return index;
  }
  let depth = 0;
  let index = at;
  do {
    if (text[index] === '"') {
      index = afterString(text, index);
      continue;
    }
    if (text[index] === '{' || text[index] === '[') depth++;
    if (text[index] === '}' || text[index] === ']') depth--;
    index++;
  } while (depth > 0);
  return index;
}

/** Of valid JSON, from the brace at `open` on. */
function readObject(text: string, open: number): ObjectText {
  const members: Member[] = [];
  let index = afterBlanks(text, open + 1);
  while (text[index] !== '}') {
    const keyEnd = afterString(text, index);
    const key = JSON.parse(text.slice(index, keyEnd)) as string;
    const start = afterBlanks(text, afterBlanks(text, keyEnd) + 1);
    const end = afterValue(text, start);
    members.push({ key, start, end });
    index = afterBlanks(text, end);
    if (text[index] === ',') index = afterBlanks(text, index + 1);
  }
  return { open, members, close: index };
}

/** What stands between the brace and the first member. */
function lead(text: string, { open }: ObjectText): string {
  return text.slice(open + 1, afterBlanks(text, open + 1));
}

function withMember(text: string, object: ObjectText, key: string, value: string, blanks: string): string {
  const { members, open, close } = object;
  const known = members.findLast((member) => member.key === key);
  if (known !== undefined) return text.slice(0, known.start) + value + text.slice(known.end);
  const last = members.at(-1);
  const member = `${JSON.stringify(key)}: ${value}`;
  if (last !== undefined) return `${text.slice(0, last.end)},${blanks}${member}${text.slice(last.end)}`;
  const end = blanks.replace(/( {2}|\t)$/, '');
  return `${text.slice(0, open + 1)}${blanks}${member}${end}${text.slice(close)}`;
}

/** Values on one line, with blanks as people write them. */
function valueText(value: JsonValue): string {
  return Array.isArray(value) ? `[${value.map(valueText).join(', ')}]` : JSON.stringify(value);
}

/** Sets members of the object `section` of the object in `text`, which is valid JSON; makes it where it is missing. */
export function editSection(
  text: string,
  section: string,
  members: Readonly<Record<string, JsonValue>>,
): string {
  let edited = text;
  const topOf = (): ObjectText => readObject(edited, afterBlanks(edited, 0));
  const sectionOf = (): Member | undefined => topOf().members.findLast(({ key }) => key === section);
  const outer = lead(text, topOf()) || ' ';
  if (sectionOf() === undefined) edited = withMember(edited, topOf(), section, '{}', outer);
  for (const [key, value] of Object.entries(members)) {
    const { start } = sectionOf() as Member;
    const object = readObject(edited, start);
    const [, unit] = /\n([ \t]+)$/.exec(outer) ?? [];
    const fresh = unit === undefined ? ' ' : `${outer}${unit}`;
    const blanks = object.members.length > 0 ? lead(edited, object) || ' ' : fresh;
    edited = withMember(edited, object, key, valueText(value), blanks);
  }
  return edited;
}

/** Sets one member of the object in `text`, which is valid JSON, whatever stood there. */
export function editMember(text: string, key: string, value: JsonValue): string {
  const object = readObject(text, afterBlanks(text, 0));
  return withMember(text, object, key, valueText(value), lead(text, object) || ' ');
}
