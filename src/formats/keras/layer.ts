/** What an importer of one layer works with: its configuration, its inputs, its weights, and the graph it appends to. */

import { inputError, unsupportedError } from '../../core/errors.ts';
import { counted } from '../../core/figure-text.ts';
import type { NamedWeight } from '../../core/float-model.ts';
import { type DType, elementCount, formatShape, type Shape, sameShape } from '../../core/tensor.ts';
import type { GraphBuilder } from '../../ir/builder.ts';
import type { ValueId } from '../../ir/graph.ts';
import type { AttributesOf, OpKind } from '../../ops/index.ts';
import type { LayerConfig } from './config.ts';
import type { CallArguments } from './topology/arguments.ts';

const MAX_ELEMENTS = 1 << 28;

/**
 * A tensor of the Keras model. `shape` is Keras' own, with batch 1. What comes from layers over one spatial axis stays
 * an image of height 1 in the graph (`wide`), so that nothing stands between two such layers.
 */
export interface LayerValue {
  readonly id: ValueId;
  readonly shape: Shape;
  readonly masked?: Mask | undefined;
  /** What a recurrent layer returns beside it: as many of its states as are read. */
  readonly states?: readonly LayerValue[];
}

/**
 * Which steps count: all but those of zeros in a sequence that a Masking layer has read, one vector for each step of this one; or what
 * versions of Keras make otherwise of several masks.
 */
export type Mask = LayerValue | 'unclear';

/** Who wrote the model; some layers compute differently. */
export type Writer = 'keras-2' | 'keras-3' | 'tfjs';

/** The weight of that name in a layer; refuses a missing one and one of another shape. */
export type FindWeight = (name: string, shape: Shape, otherName?: string) => NamedWeight;

interface LayerSurroundings {
  readonly builder: GraphBuilder;
  readonly writer: Writer;
  /** Values of the graph in Keras' own shape, where one was needed. */
  readonly narrowed: Map<ValueId, ValueId>;
  /** From the outermost model's layer to the layer itself. */
  readonly path: readonly string[];
  readonly weightsOf: (path: readonly string[]) => FindWeight;
  /** Of operations. */
  readonly arguments?: CallArguments | undefined;
  /** How many of the states that it returns are read. */
  readonly states?: number | undefined;
}

export class LayerContext {
  readonly name: string;
  readonly config: LayerConfig;
  /** At least one. */
  readonly inputs: readonly LayerValue[];
  readonly #surroundings: LayerSurroundings;

  constructor(
    name: string,
    config: LayerConfig,
    inputs: readonly LayerValue[],
    surroundings: LayerSurroundings,
  ) {
    this.name = name;
    this.config = config;
    this.inputs = inputs;
    this.#surroundings = surroundings;
  }

  get writer(): Writer {
    return this.#surroundings.writer;
  }

  /** How many of the states that the layer returns are read. */
  get states(): number {
    return this.#surroundings.states ?? 0;
  }

  /** What an operation is called with besides its inputs, which are named by their places. */
  get arguments(): CallArguments {
    const positional = this.inputs.map((_, index) => ({ kind: 'tensor', index }) as const);
    return this.#surroundings.arguments ?? { positional, keywords: new Map() };
  }

  /** The same place in the model, read with the configuration of a layer inside this one. */
  withConfig(config: LayerConfig, inputs = this.inputs): LayerContext {
    return new LayerContext(this.name, config, inputs, this.#surroundings);
  }

  /** A layer inside this one whose weights, and nodes, have a name of their own behind that of this one. */
  inner(scope: string, config: LayerConfig): LayerContext {
    const path = [...this.#surroundings.path, scope];
    return new LayerContext(`${this.name}/${scope}`, config, this.inputs, { ...this.#surroundings, path });
  }

  /** The same layer, whose nodes have a name of their own behind that of it. */
  within(part: string): LayerContext {
    return new LayerContext(`${this.name}/${part}`, this.config, this.inputs, this.#surroundings);
  }

  weight(name: string, shape: Shape, otherName?: string): NamedWeight {
    const { weightsOf, path } = this.#surroundings;
    return weightsOf(path)(name, shape, otherName);
  }

  /** Appends a node named after the layer and, where it takes several, the `part` it computes. */
  add<Kind extends OpKind>(
    kind: Kind,
    part: string,
    attributes: AttributesOf<Kind>,
    inputs: readonly (ValueId | undefined)[],
    dtype?: DType,
  ): ValueId {
    return this.addMany(kind, part, attributes, inputs, dtype)[0];
  }

  addMany<Kind extends OpKind>(
    kind: Kind,
    part: string,
    attributes: AttributesOf<Kind>,
    inputs: readonly (ValueId | undefined)[],
    dtype?: DType,
  ): readonly ValueId[] {
    const name = part === '' ? this.name : `${this.name}/${part}`;
    const outputs = this.#surroundings.builder.addMany(kind, name, attributes, inputs, dtype);
    for (const output of outputs) this.#checkSize(this.shapeOf(output));
    return outputs;
  }

  #checkSize(shape: Shape): void {
    if (!shape.every((size) => Number.isSafeInteger(size) && size > 0)) {
      throw inputError('layer-shape', `its output would have shape ${formatShape(shape)}.`);
    }
    if (elementCount(shape) > MAX_ELEMENTS) {
      throw unsupportedError(
        'model-too-large',
        `its output has shape ${formatShape(shape)}; no microcontroller holds it.`,
      );
    }
  }

  constant(part: string, shape: Shape, data: Float32Array): ValueId {
    return this.#surroundings.builder.constant(`${this.name}/${part}`, { dtype: 'float32', shape }, data);
  }

  state(part: string, shape: Shape): ValueId {
    return this.#surroundings.builder.state(`${this.name}/${part}`, { dtype: 'float32', shape });
  }

  shapeOf(id: ValueId): Shape {
    return this.#surroundings.builder.typeOf(id).shape;
  }

  isWide({ id, shape }: LayerValue): boolean {
    return this.shapeOf(id).length === shape.length + 1;
  }

  /** The value in another shape with as many elements; itself where it has that shape. */
  reshape(part: string, id: ValueId, newShape: Shape): ValueId {
    return sameShape(this.shapeOf(id), newShape) ? id : this.add('reshape', part, { newShape }, [id]);
  }

  /** The value in Keras' own shape. */
  narrow(value: LayerValue): ValueId {
    if (!this.isWide(value)) return value.id;
    const { narrowed } = this.#surroundings;
    const id = narrowed.get(value.id) ?? this.reshape('narrow', value.id, value.shape);
    narrowed.set(value.id, id);
    return id;
  }

  /** [1, height, width, channels], height 1 where the layer has one spatial axis; refuses other ranks. */
  image(value: LayerValue, spatialAxes: number): ValueId {
    const { shape } = value;
    if (shape.length !== spatialAxes + 2) {
      throw inputError(
        'layer-shape',
        `it needs an input of ${counted(spatialAxes + 2, 'dimension')} with the batch, not ${formatShape(shape)}.`,
      );
    }
    return shape.length === 4 || this.isWide(value)
      ? value.id
      : this.reshape('wide', value.id, [shape[0], 1, ...shape.slice(1)]);
  }

  /** What was computed on an image, as a value of so many spatial axes. */
  fromImage(id: ValueId, spatialAxes: number): LayerValue {
    const shape = this.shapeOf(id);
    return { id, shape: spatialAxes === 1 ? [shape[0], ...shape.slice(2)] : shape };
  }
}

/** Appends the layer's nodes and returns its output, which may be its input where nothing is left to compute. */
export type LayerImporter = (layer: LayerContext) => LayerValue;

/** Only `channels_last` exists on the chip. */
export function requireChannelsLast({ config }: LayerContext): void {
  const format = config.string('data_format', 'channels_last');
  if (format !== 'channels_last' && format !== 'channelsLast') {
    throw unsupportedError(
      'channels-first',
      `its "data_format" is "${format}", and TensorFlow Lite Micro has the channels last.`,
      'Build and train the model with data_format "channels_last".',
    );
  }
}

/** An axis counted from the front, the batch being 0. */
export function positiveAxis(axis: number, rank: number): number {
  const positive = axis < 0 ? axis + rank : axis;
  if (!Number.isInteger(positive) || positive < 0 || positive >= rank) {
    throw inputError(
      'layer-shape',
      `axis ${axis} does not exist in an input of ${counted(rank, 'dimension')}.`,
    );
  }
  return positive;
}
