/** The arguments of an operation, asked for by place and name: tensors, constants, and settings. */

import { inputError, unsupportedError } from '../../../core/errors.ts';
import type { JsonObject, JsonValue } from '../../../core/json.ts';
import { elementCount, type Shape, sameShape } from '../../../core/tensor.ts';
import type { ValueId } from '../../../ir/graph.ts';
import { LayerConfig } from '../config.ts';
import type { LayerContext, LayerValue } from '../layer.ts';
import type { CallArgument } from '../topology/arguments.ts';

/** A number, or numbers in nested lists. */
interface Constant {
  readonly shape: Shape;
  readonly values: readonly number[];
}

export type Operand = { readonly tensor: LayerValue } | { readonly constant: Constant };

/** Where an argument stands, if it can be given without a name, and its names in TensorFlow and Keras. */
export type Place = readonly [position: number | undefined, ...names: readonly string[]];

const MAX_DEPTH = 8;

function constantOf(value: JsonValue, depth = 0): Constant | undefined {
  if (typeof value === 'number') return { shape: [], values: [value] };
  if (!Array.isArray(value) || value.length === 0 || depth > MAX_DEPTH) return undefined;
  const items = value.flatMap((item: JsonValue) => constantOf(item, depth + 1) ?? []);
  const [first] = items;
  if (items.length !== value.length || !items.every(({ shape }) => sameShape(shape, first.shape))) {
    return undefined;
  }
  return { shape: [items.length, ...first.shape], values: items.flatMap(({ values }) => values) };
}

function missing([position, ...names]: Place): Error {
  return inputError(
    'operation-argument',
    `its argument ${names[0] ?? position} is missing or of another kind.`,
  );
}

/** The argument at a place, of the call or of the configuration; `null` counts as absent. */
function find(layer: LayerContext, [position, ...names]: Place): CallArgument | undefined {
  const { positional, keywords } = layer.arguments;
  const configured = names.map((name) => layer.config.value(name)).find((value) => value !== undefined);
  const found =
    (position === undefined ? undefined : positional[position]) ??
    names.map((name) => keywords.get(name)).find((argument) => argument !== undefined) ??
    (configured === undefined ? undefined : ({ kind: 'value', value: configured } as const));
  return found?.kind === 'value' && found.value === null ? undefined : found;
}

export function operandAt(layer: LayerContext, place: Place): Operand {
  const argument = find(layer, place);
  if (argument?.kind === 'tensor') return { tensor: layer.inputs[argument.index] };
  if (argument?.kind === 'list' && argument.items.length === 1 && argument.items[0].kind === 'tensor') {
    return { tensor: layer.inputs[argument.items[0].index] };
  }
  const constant = argument?.kind === 'value' ? constantOf(argument.value) : undefined;
  if (constant === undefined) throw missing(place);
  return { constant };
}

/** Undefined where it is left out. */
export function optionalTensorAt(layer: LayerContext, place: Place): LayerValue | undefined {
  return find(layer, place) === undefined ? undefined : tensorAt(layer, place);
}

export function tensorAt(layer: LayerContext, place: Place): LayerValue {
  const operand = operandAt(layer, place);
  if ('tensor' in operand) return operand.tensor;
  throw unsupportedError(
    'constant-operand',
    `its argument ${place[1] ?? place[0]} is a constant, which is computed before the model runs.`,
    'Compute the constant in Python and give it as a number.',
  );
}

/** Several tensors in one argument. */
export function tensorsAt(layer: LayerContext, place: Place): readonly LayerValue[] {
  const argument = find(layer, place);
  if (argument?.kind === 'tensor') return [layer.inputs[argument.index]];
  const items = argument?.kind === 'list' ? argument.items : [];
  const tensors = items.flatMap((item) => (item.kind === 'tensor' ? [layer.inputs[item.index]] : []));
  if (tensors.length === 0 || tensors.length !== items.length) throw missing(place);
  return tensors;
}

/** A setting that is no tensor, read as members of layers are. */
export interface Setting {
  readonly value: JsonValue | undefined;
  integer(): number;
  number(otherwise: number): number;
  boolean(otherwise: boolean): boolean;
  string(otherwise: string): string;
  integers(): readonly number[];
  numbers(): readonly number[] | undefined;
  openShape(): readonly number[];
}

export function settingAt(layer: LayerContext, place: Place): Setting {
  const argument = find(layer, place);
  const key = place[1] ?? String(place[0]);
  if (argument !== undefined && argument.kind !== 'value') {
    throw unsupportedError(
      'computed-setting',
      `its argument ${key} is computed by the model, and a microcontroller needs it beforehand.`,
      'Give sizes and axes as numbers.',
    );
  }
  const members: JsonObject = argument === undefined ? {} : { [key]: argument.value };
  const config = new LayerConfig(members);
  return {
    value: argument?.value,
    integer: () => config.integer(key),
    number: (otherwise) => config.number(key, otherwise),
    boolean: (otherwise) => config.boolean(key, otherwise),
    string: (otherwise) => config.string(key, otherwise),
    integers: () => config.integers(key),
    numbers: () => config.numbers(key),
    openShape: () => config.openShape(key),
  };
}

/** A constant operand as a value that broadcasts: a single number has one axis. */
export function constantValue(layer: LayerContext, part: string, { shape, values }: Constant): ValueId {
  const broadcast = elementCount(shape) === 1 ? [1] : shape;
  return layer.constant(part, broadcast, Float32Array.from(values));
}
