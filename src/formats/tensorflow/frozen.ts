/** Frozen graphs: a `GraphDef` whose variables are constants. */

import { unsupportedError } from '../../core/errors.ts';
import { Allowance } from '../allowance.ts';
import type { Imported, ImportSource } from '../importer.ts';
import type { Known } from '../lowering/graph-writer.ts';
import { readMessage } from '../protobuf/message.ts';
import { firstMessage, outerFields } from '../protobuf/outer-fields.ts';
import { graphOf } from './import.ts';
import { GRAPH } from './messages.ts';

/** `GraphDef`: nodes as field 1, then the version, a library, or nothing else. */
const FIELDS: ReadonlySet<number> = new Set([1, 2, 3, 4, 5]);

function variableIn(name: string): Known {
  throw unsupportedError(
    'not-frozen',
    `"${name}" is a variable, and its value is not in the file.`,
    'Give the SavedModel folder, or freeze the graph first.',
  );
}

/** Protobuf has no mark, so the outermost fields and the first node are looked at. */
export function isGraphDef(bytes: Uint8Array): boolean {
  const fields = outerFields(bytes);
  if (fields === undefined || fields.get(1) !== 'bytes') return false;
  if (![...fields.keys()].every((number) => FIELDS.has(number))) return false;
  const node = firstMessage(bytes);
  const inside = node && outerFields(node);
  return inside !== undefined && inside.get(1) === 'bytes' && inside.get(2) === 'bytes';
}

export function importFrozen({ bytes, ...wishes }: ImportSource): Imported {
  const graph = readMessage(bytes, GRAPH);
  return {
    graph: graphOf({ graph, readVariable: variableIn }, wishes, new Allowance(bytes.length, 'computed')),
  };
}
