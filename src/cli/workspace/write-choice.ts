/** The chosen project of a search, put into the project file: what was not chosen otherwise stays as it was written. */

import { canonicalJson, isJsonObject, type JsonObject, type JsonValue } from '../../core/json.ts';
import type { ProjectConfig } from '../../stages/config.ts';
import { editMember, editSection } from './json-edit.ts';

const isSame = (a: JsonValue | undefined, b: JsonValue | undefined): boolean =>
  canonicalJson(a ?? null) === canonicalJson(b ?? null);

/** Whether members of `before` are gone, so that changing some is not enough. */
function losesMembers(before: JsonObject, after: JsonObject): boolean {
  return Object.keys(before).some((name) => !(name in after));
}

function editedSection(text: string, name: string, before: JsonValue | undefined, after: JsonValue): string {
  if (isSame(before, after)) return text;
  if (!isJsonObject(after) || !isJsonObject(before) || losesMembers(before, after)) {
    return editMember(text, name, after);
  }
  const changed = Object.entries(after).filter(([member, value]) => !isSame(before[member], value));
  return editSection(text, name, Object.fromEntries(changed));
}

/** Makes the project of `text`, which was read as `project`, the chosen one. */
export function withChoice(text: string, project: ProjectConfig, chosen: JsonObject): string {
  const before = JSON.parse(JSON.stringify(project)) as JsonObject;
  return Object.entries(chosen).reduce(
    (edited, [name, after]) => editedSection(edited, name, before[name], after),
    text,
  );
}
