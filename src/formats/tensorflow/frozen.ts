/** Frozen graphs: a `GraphDef` whose variables are constants. */

import { unsupportedError } from '../../core/errors.ts';
import type { Imported, ImportSource } from '../importer.ts';
import type { Known } from '../lowering/graph-writer.ts';
import { readMessage } from '../protobuf/message.ts';
import { graphOf } from './import.ts';
import { GRAPH } from './messages.ts';

function variableIn(name: string): Known {
  throw unsupportedError(
    'not-frozen',
    `"${name}" is a variable, and its value is not in the file.`,
    'Give the SavedModel folder, or freeze the graph first.',
  );
}

export function importFrozen({ bytes, ...wishes }: ImportSource): Imported {
  const graph = readMessage(bytes, GRAPH);
  return {
    graph: graphOf({ graph, readVariable: variableIn }, wishes, bytes.length),
  };
}
