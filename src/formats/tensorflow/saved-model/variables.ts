/** Values of the variables of a SavedModel, by the nodes that make these. */

import { unsupportedError } from '../../../core/errors.ts';
import type { LoadBeside } from '../../importer.ts';
import type { Known } from '../../lowering/graph-writer.ts';
import type { ReadVariable } from '../lowering.ts';
import type { GraphProto } from '../messages.ts';
import { capturedKeys, OBJECTS_KEY } from './captured-keys.ts';
import { Checkpoint } from './checkpoint.ts';
import { restoredKeys } from './restored-keys.ts';

/** What is read of a SavedModel when it is needed. */
class Variables {
  readonly #graph: GraphProto;
  readonly #objects: Uint8Array;
  readonly #load: LoadBeside;
  readonly #restored: ReadonlyMap<string, string>;
  readonly #values = new Map<string, Known>();
  #loaded: Checkpoint | undefined;
  #captured: ReadonlyMap<string, string> | undefined;

  constructor(graph: GraphProto, objects: Uint8Array, load: LoadBeside) {
    this.#graph = graph;
    this.#objects = objects;
    this.#load = load;
    this.#restored = restoredKeys(graph);
  }

  value(name: string): Known {
    const value = this.#values.get(name) ?? this.#checkpoint().tensor(this.#keyOf(name), name);
    this.#values.set(name, value);
    return value;
  }

  #checkpoint(): Checkpoint {
    this.#loaded ??= new Checkpoint(this.#load);
    return this.#loaded;
  }

  #keyOf(name: string): string {
    const key = this.#restored.get(name) ?? this.#keysOfCaptured().get(name);
    if (key !== undefined) return key;
    throw unsupportedError(
      'variable-unsaved',
      `variable "${name}" is not among those that the SavedModel restores.`,
      'Save the model with model.export(folder).',
    );
  }

  #keysOfCaptured(): ReadonlyMap<string, string> {
    const stored = this.#captured ? undefined : this.#checkpoint().text(OBJECTS_KEY);
    this.#captured ??= stored ? capturedKeys(this.#graph, this.#objects, stored) : new Map();
    return this.#captured;
  }
}

/** Every value is read once. `objects` is the `SavedObjectGraph`; errors name the variable. */
export function variableReader(graph: GraphProto, objects: Uint8Array, load: LoadBeside): ReadVariable {
  const variables = new Variables(graph, objects, load);
  return (name) => variables.value(name);
}
