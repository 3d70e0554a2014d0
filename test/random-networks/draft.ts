/** A Keras model while it is drawn: layers in the functional form, their weights, and the shapes between them. */

import type { FloatModel, NamedWeight } from '../../src/core/float-model.ts';
import type { JsonObject } from '../../src/core/json.ts';
import type { Random } from '../../src/core/random.ts';
import { elementCount, type Shape } from '../../src/core/tensor.ts';

/** What a layer gives. */
export interface Tensor {
  readonly layer: string;
  /** Without the batch. */
  readonly shape: Shape;
}

interface DrawnWeight {
  readonly name: string;
  readonly shape: Shape;
  readonly data: Float32Array;
}

export function oneOf<T>(random: Random, choices: readonly T[]): T {
  return choices[random.below(choices.length)];
}

export function chance(random: Random, probability: number): boolean {
  return random.uniform() < probability;
}

/** The length of the last axis. */
export function channelsOf({ shape }: Tensor): number {
  return shape[shape.length - 1];
}

/** A few kernels are ten times the others, or nothing at all, as networks that were trained have them. */
function gainOf(random: Random): number {
  if (chance(random, 0.04)) return 0;
  return chance(random, 0.08) ? 8 : 0.5 + random.uniform();
}

/** `units` is the last axis; each of them sums `fanIn` products. */
export function kernel(
  random: Random,
  name: string,
  shape: Shape,
  units: number,
  fanIn: number,
): DrawnWeight {
  const gains = Array.from({ length: units }, () => gainOf(random) * Math.sqrt(2 / fanIn));
  const data = Float32Array.from(
    { length: elementCount(shape) },
    (_, i) => random.normal() * gains[i % units],
  );
  return { name, shape, data };
}

export function vector(name: string, length: number, draw: (index: number) => number): DrawnWeight {
  return { name, shape: [length], data: Float32Array.from({ length }, (_, index) => draw(index)) };
}

export class Draft {
  readonly input: Tensor;
  /** What was computed so far, the input first. */
  readonly tensors: Tensor[];
  readonly #layers: JsonObject[];
  readonly #weights: NamedWeight[] = [];

  constructor(inputShape: Shape) {
    this.input = { layer: 'input', shape: inputShape };
    this.tensors = [this.input];
    this.#layers = [
      {
        class_name: 'InputLayer',
        name: 'input',
        config: { name: 'input', batch_shape: [null, ...inputShape], dtype: 'float32' },
        inbound_nodes: [],
      },
    ];
  }

  /** Class names in the order in which they were added, without the input. */
  get classNames(): readonly string[] {
    return this.#layers.slice(1).map((layer) => String(layer.class_name));
  }

  add(
    className: string,
    config: JsonObject,
    inputs: readonly Tensor[],
    shape: Shape,
    weights: readonly DrawnWeight[] = [],
    named: Readonly<Record<string, Tensor>> = {},
  ): Tensor {
    const name = `${className.toLowerCase()}_${this.#layers.length}`;
    const keywords = Object.fromEntries(
      Object.entries(named).map(([key, { layer }]) => [key, [layer, 0, 0]]),
    );
    this.#layers.push({
      class_name: className,
      name,
      config: { name, ...config },
      inbound_nodes: [inputs.map(({ layer }) => [layer, 0, 0, keywords])],
    });
    for (const weight of weights) this.#weights.push({ ...weight, name: `${name}/${weight.name}` });
    const output = { layer: name, shape };
    this.tensors.push(output);
    return output;
  }

  /** The model with that output, as Keras of `version` writes it. */
  finish(output: Tensor, version: string): FloatModel {
    const end = (layer: string) => [[layer, 0, 0]];
    const config = {
      name: 'random',
      layers: this.#layers,
      input_layers: end('input'),
      output_layers: end(output.layer),
    };
    return { topology: { class_name: 'Functional', config, keras_version: version }, weights: this.#weights };
  }
}
