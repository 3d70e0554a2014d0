/** Random networks over windows of rows, most of whose layers work column by column, in float32 and in integers. */

import { createRandom, type Random } from '../../../src/core/random.ts';
import { elementCount, type Shape, type TensorData, type TensorType } from '../../../src/core/tensor.ts';
import { createInterpreter } from '../../../src/interpreter/interpreter.ts';
import { GraphBuilder } from '../../../src/ir/builder.ts';
import { type Graph, getValue, type ValueId } from '../../../src/ir/graph.ts';
import { runPasses } from '../../../src/passes/pass.ts';
import type { Ranges } from '../../../src/passes/quantize/parameters.ts';
import { rangeOf } from '../../../src/passes/quantize/parameters.ts';
import { quantizePass } from '../../../src/passes/quantize/quantize.ts';

export type NetworkType = 'float32' | 'int8' | 'int16';

const CALIBRATION_WINDOWS = 4;

/** A window of the input's elements. */
export function drawWindow({ dtype, shape }: TensorType, random: Random): TensorData {
  const length = elementCount(shape);
  if (dtype === 'int8') return Int8Array.from({ length }, () => random.below(256) - 128);
  if (dtype === 'int16') return Int16Array.from({ length }, () => random.below(65536) - 32768);
  return Float32Array.from({ length }, () => random.normal());
}

class Drawing {
  readonly builder = new GraphBuilder();
  readonly #random: Random;
  #layers = 0;

  constructor(random: Random) {
    this.#random = random;
  }

  pick<T>(...choices: readonly T[]): T {
    return choices[this.#random.below(choices.length)];
  }

  #constant(shape: Shape): ValueId {
    const length = elementCount(shape);
    const spread = 1 / Math.sqrt(length / shape[0]);
    const data = Float32Array.from({ length }, () => this.#random.normal() * spread);
    return this.builder.constant('weights', { dtype: 'float32', shape }, data);
  }

  shape(id: ValueId): Shape {
    return this.builder.typeOf(id).shape;
  }

  #name(kind: string): string {
    return `${kind}_${++this.#layers}`;
  }

  /** Along the axis of time (1 or 2) so many taps, across it at most as many as there are. */
  #window(time: 1 | 2, taps: number, across: number): readonly [number, number] {
    return time === 1 ? [taps, across] : [across, taps];
  }

  conv(
    id: ValueId,
    time: 1 | 2,
    channels: number,
    options: { taps?: number; stride?: number } = {},
  ): ValueId {
    const [, height, width, depth] = this.shape(id);
    const length = time === 1 ? height : width;
    const stride = options.stride ?? this.pick(1, 1, 1, 2);
    const dilation = stride === 1 ? this.pick(1, 1, 2) : 1;
    const taps = Math.min(options.taps ?? this.pick(1, 2, 3, 4), Math.ceil(length / dilation / 2));
    const across = Math.min(time === 1 ? width : height, this.pick(1, 2, 3));
    const isDepthwise = options.taps === undefined && this.pick(true, false);
    const [h, w] = this.#window(time, taps, across);
    const common = {
      padding: 'valid',
      strides: [...this.#window(time, stride, 1)] as [number, number],
      dilations: [...this.#window(time, dilation, 1)] as [number, number],
      activation: this.pick('none', 'relu', 'relu6'),
    } as const;
    if (isDepthwise) {
      const operands = [this.#constant([1, h, w, depth]), this.#constant([depth])];
      return this.builder.add(
        'depthwise_conv_2d',
        this.#name('depthwise'),
        { ...common, depthMultiplier: 1 },
        [id, ...operands],
      );
    }
    const operands = [this.#constant([channels, h, w, depth]), this.#constant([channels])];
    return this.builder.add('conv_2d', this.#name('conv'), common, [id, ...operands]);
  }

  pool(id: ValueId, time: 1 | 2): ValueId {
    const kind = this.pick('max_pool_2d', 'average_pool_2d');
    const stride = this.pick(1, 2);
    const attributes = {
      padding: 'valid',
      filter: [...this.#window(time, 2, 1)] as [number, number],
      strides: [...this.#window(time, stride, 1)] as [number, number],
      activation: 'none',
    } as const;
    return this.builder.add(kind, this.#name('pool'), attributes, [id]);
  }

  /** A convolution, and what it lost at the ends cut from its input before both are added up. */
  residual(id: ValueId, time: 1 | 2): ValueId {
    const shape = this.shape(id);
    const convolved = this.builder.add(
      'conv_2d',
      this.#name('conv'),
      { padding: 'valid', strides: [1, 1], dilations: [1, 1], activation: 'none' },
      [id, this.#constant([shape[3], ...this.#window(time, 3, 1), shape[3]]), this.#constant([shape[3]])],
    );
    const begin = shape.map((_, axis) => (axis === time ? this.pick(0, 1, 2) : 0));
    const cut = this.builder.add('slice', this.#name('cut'), { begin, size: this.shape(convolved) }, [id]);
    return this.builder.add('add', this.#name('add'), { activation: this.pick('none', 'relu') }, [
      convolved,
      cut,
    ]);
  }

  branches(id: ValueId, time: 1 | 2): ValueId {
    const both = [2, 3].map((channels) => this.conv(id, time, channels, { taps: 2, stride: 1 }));
    const [one, other] = both.map((value) => this.shape(value));
    if (one[time] !== other[time] || one[3 - time] !== other[3 - time]) return both[0];
    return this.builder.add('concatenation', this.#name('join'), { axis: 3, activation: 'none' }, both);
  }

  padded(id: ValueId): ValueId {
    const [, , , depth] = this.shape(id);
    return this.builder.add(
      'conv_2d',
      this.#name('padded'),
      { padding: 'same', strides: [1, 1], dilations: [1, 1], activation: 'relu' },
      [id, this.#constant([depth, 3, 3, depth]), this.#constant([depth])],
    );
  }

  block(id: ValueId, time: 1 | 2): ValueId {
    const length = this.shape(id)[time];
    const kind = this.pick('conv', 'conv', 'conv', 'pool', 'residual', 'branches', 'function', 'padded');
    if (kind === 'residual' && length > 5) return this.residual(id, time);
    if (kind === 'branches' && length > 6) return this.branches(id, time);
    if (kind === 'pool' && length > 4) return this.pool(id, time);
    if (kind === 'function')
      return this.builder.add(this.pick('logistic', 'tanh'), this.#name('function'), {}, [id]);
    if (kind === 'padded' && this.pick(true, false)) return this.padded(id);
    return length > 2 ? this.conv(id, time, this.pick(2, 3, 5)) : id;
  }

  end(id: ValueId): ValueId {
    const shape = this.shape(id);
    const flat = this.pick(true, false)
      ? this.builder.add('mean', this.#name('mean'), { axes: [1, 2], keepDims: false }, [id])
      : this.builder.add('reshape', this.#name('flat'), { newShape: [1, elementCount(shape)] }, [id]);
    const depth = this.shape(flat)[1];
    const dense = this.builder.add(
      'fully_connected',
      this.#name('dense'),
      { activation: 'none', keepNumDims: false },
      [flat, this.#constant([3, depth]), this.#constant([3])],
    );
    return this.pick(true, false)
      ? this.builder.add('softmax', this.#name('softmax'), { beta: 1 }, [dense])
      : dense;
  }
}

function floatNetwork(random: Random): Graph {
  const drawing = new Drawing(random);
  const { builder } = drawing;
  const steps = 12 + random.below(20);
  const width = 1 + random.below(4);
  const isSeries = drawing.pick(true, false);
  const input = builder.input('rows', {
    dtype: 'float32',
    shape: isSeries ? [1, steps, width] : [1, steps, width, 1],
  });
  const time = isSeries ? 2 : 1;
  let last = isSeries ? builder.add('reshape', 'series', { newShape: [1, 1, steps, width] }, [input]) : input;
  const blocks = 2 + random.below(5);
  for (let i = 0; i < blocks; i++) last = drawing.block(last, time);
  return builder.build([drawing.end(last)]);
}

function rangesOf(graph: Graph, random: Random): Ranges {
  const interpreter = createInterpreter(graph);
  const ranges = new Map<ValueId, { min: number; max: number }>();
  for (let i = 0; i < CALIBRATION_WINDOWS; i++) {
    const record = interpreter.inputs.map((type) => drawWindow(type, random));
    interpreter.invoke(record, (id, data) => {
      const { min, max } = rangeOf(data as Float32Array);
      const known = ranges.get(id) ?? { min, max };
      ranges.set(id, { min: Math.min(min, known.min), max: Math.max(max, known.max) });
    });
  }
  return ranges;
}

/** The network of a seed: its input is [1, rows, width] or [1, rows, width, 1]. */
export function causalNetwork(seed: number, type: NetworkType): Graph {
  const random = createRandom(seed, 'networks over windows');
  const float = floatNetwork(random);
  if (type === 'float32') return float;
  const pass = quantizePass(rangesOf(float, random), { densePerChannel: true, activations: type });
  return runPasses(float, [pass]);
}

/** Rows of a window. */
export function rowsOfWindow(graph: Graph): number {
  return getValue(graph, graph.inputs[0]).type.shape[1];
}
