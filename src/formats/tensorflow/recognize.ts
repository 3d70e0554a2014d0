/** Which files hold graphs of TensorFlow. Protobuf has no mark, so the outermost fields are looked at. */

import { firstMessage, outerFields } from '../protobuf/outer-fields.ts';

/** `GraphDef`: nodes as field 1, then the version, a library, or nothing else. */
const GRAPH_DEF_FIELDS: ReadonlySet<number> = new Set([1, 2, 3, 4, 5]);

/** By the outermost fields, and by those of the first node. */
export function isGraphDef(bytes: Uint8Array): boolean {
  const fields = outerFields(bytes);
  if (fields === undefined || fields.get(1) !== 'bytes') return false;
  if (![...fields.keys()].every((number) => GRAPH_DEF_FIELDS.has(number))) return false;
  const node = firstMessage(bytes);
  const inside = node && outerFields(node);
  return inside !== undefined && inside.get(1) === 'bytes' && inside.get(2) === 'bytes';
}

/** `SavedModel`: the version of its schema and graphs, and nothing else. */
export function isSavedModel(bytes: Uint8Array): boolean {
  const fields = outerFields(bytes);
  return fields !== undefined && fields.size === 2 && fields.get(1) === 'varint' && fields.get(2) === 'bytes';
}

const MARK = /"format"\s*:\s*"graph-model"/;
/** Of a file with a graph of many nodes. */
const LOOKED_AT_BYTES = 2 ** 25;

export function isGraphModel(bytes: Uint8Array): boolean {
  return MARK.test(new TextDecoder().decode(bytes.subarray(0, LOOKED_AT_BYTES)));
}
