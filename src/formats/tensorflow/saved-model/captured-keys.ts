/**
 * Which key of the checkpoint each captured variable has, by the objects of the program that was saved: functions name the
 * objects that they capture, and the checkpoint names the same objects by the same attributes, from the same root on.
 */

import {
  integer,
  integers,
  type MessageTable,
  message,
  messages,
  readMessage,
  text,
} from '../../protobuf/message.ts';
import type { GraphProto } from '../messages.ts';
import { isControl, nodeOf } from '../references.ts';

interface ChildProto {
  id: number;
  /** The attribute of the object that holds it. */
  name: string;
}

interface ObjectProto {
  children: ChildProto[];
}

interface CapturesProto {
  /** Objects whose values stand behind the arguments of the function. */
  objects: number[];
}

interface CapturesEntry {
  key: string;
  value: CapturesProto | undefined;
}

/** `SavedObjectGraph` (saved_object_graph.proto). */
interface SavedObjectsProto {
  objects: ObjectProto[];
  functions: CapturesEntry[];
}

interface StoredValueProto {
  name: string;
  key: string;
}

interface StoredObjectProto extends ObjectProto {
  values: StoredValueProto[];
}

/** `TrackableObjectGraph` (trackable_object_graph.proto). */
interface StoredObjectsProto {
  objects: StoredObjectProto[];
}

const CHILD: MessageTable<ChildProto> = { id: integer(1), name: text(2) };
const OBJECT: MessageTable<ObjectProto> = { children: messages(1, () => CHILD) };
const CAPTURES: MessageTable<CapturesProto> = { objects: integers(2) };
const CAPTURES_ENTRY: MessageTable<CapturesEntry> = { key: text(1), value: message(2, () => CAPTURES) };
const SAVED_OBJECTS: MessageTable<SavedObjectsProto> = {
  objects: messages(1, () => OBJECT),
  functions: messages(2, () => CAPTURES_ENTRY),
};

const STORED_VALUE: MessageTable<StoredValueProto> = { name: text(1), key: text(3) };
const STORED_OBJECT: MessageTable<StoredObjectProto> = {
  children: messages(1, () => CHILD),
  values: messages(2, () => STORED_VALUE),
};
const STORED_OBJECTS: MessageTable<StoredObjectsProto> = { objects: messages(1, () => STORED_OBJECT) };

/** Under which a checkpoint has its `TrackableObjectGraph`. */
export const OBJECTS_KEY = '_CHECKPOINTABLE_OBJECT_GRAPH';
/** The value of a variable among those of an object. */
const VARIABLE_VALUE = 'VARIABLE_VALUE';
const ROOT = 0;

/** Objects of the program by the nodes of variables that calls in the graph hand to functions. */
function capturedObjects(graph: GraphProto, { functions }: SavedObjectsProto): ReadonlyMap<string, number> {
  const captures = new Map(functions.map(({ key, value }) => [key, value?.objects ?? []]));
  const found = new Map<string, number>();
  for (const { inputs, attributes } of graph.nodes) {
    const callee = attributes.find(({ key }) => key === 'f')?.value?.function?.name;
    const objects = captures.get(callee ?? '') ?? [];
    const given = inputs.filter((input) => !isControl(input));
    if (objects.length === 0 || objects.length > given.length) continue;
    for (const [index, input] of given.slice(-objects.length).entries()) {
      found.set(nodeOf(input), objects[index]);
    }
  }
  return found;
}

/** What the checkpoint stores of each object of the program: they have one root, and lead on by the same names. */
function storedObjects(
  saved: SavedObjectsProto,
  stored: StoredObjectsProto,
): ReadonlyMap<number, StoredObjectProto> {
  const found = new Map<number, StoredObjectProto>();
  const [root] = stored.objects;
  if (root !== undefined) found.set(ROOT, root);
  for (const [id, object] of found) {
    const children = new Map(object.children.map((child) => [child.name, child.id]));
    for (const child of saved.objects[id]?.children ?? []) {
      const same = stored.objects[children.get(child.name) ?? -1];
      if (same !== undefined && !found.has(child.id)) found.set(child.id, same);
    }
  }
  return found;
}

/** Keys of the checkpoint by the nodes of variables; `saved` and `stored` are the two graphs of objects. */
export function capturedKeys(
  graph: GraphProto,
  saved: Uint8Array,
  stored: Uint8Array,
): ReadonlyMap<string, string> {
  const objects = readMessage(saved, SAVED_OBJECTS);
  const values = storedObjects(objects, readMessage(stored, STORED_OBJECTS));
  const keys = new Map<string, string>();
  for (const [node, id] of capturedObjects(graph, objects)) {
    const value = values.get(id)?.values.find(({ name }) => name === VARIABLE_VALUE);
    if (value !== undefined) keys.set(node, value.key);
  }
  return keys;
}
