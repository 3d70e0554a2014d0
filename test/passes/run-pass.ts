/** What every pass on float graphs is tested for: results kept, nothing left to do in a second run. */

import { expect } from 'vitest';
import { createRandom, type Random } from '../../src/core/random.ts';
import { elementCount, type TensorData } from '../../src/core/tensor.ts';
import { createInterpreter } from '../../src/interpreter/interpreter.ts';
import { GraphBuilder } from '../../src/ir/builder.ts';
import type { Graph, ValueId } from '../../src/ir/graph.ts';
import { printGraph } from '../../src/ir/print-graph.ts';
import type { FusedActivation } from '../../src/ops/fused-activation.ts';
import { type Pass, runPasses } from '../../src/passes/pass.ts';

const RECORDS = 5;
const TOLERANCE = 1e-5;

/** A graph made by `build`, which returns its outputs. */
export function graphOf(build: (builder: FloatBuilder) => readonly ValueId[]): Graph {
  const builder = new FloatBuilder();
  return builder.build(build(builder));
}

export interface ConvolutionOptions {
  readonly padding?: 'same' | 'valid';
  readonly stride?: number;
  readonly dilation?: number;
  readonly groups?: number;
  readonly activation?: FusedActivation;
  readonly weights?: readonly number[];
  readonly bias?: readonly number[];
}

function convolution({
  padding = 'same',
  stride = 1,
  dilation = 1,
  activation = 'none',
}: ConvolutionOptions) {
  return {
    padding,
    strides: [stride, stride],
    dilations: [dilation, dilation],
    activation,
  } as const;
}

/** float32 inputs and constants in few words. */
export class FloatBuilder extends GraphBuilder {
  readonly #random: Random = createRandom(7, 'pass tests');

  in(name: string, ...shape: readonly number[]): ValueId {
    return this.input(name, { dtype: 'float32', shape });
  }

  /** The elements given, or random ones. */
  const(name: string, shape: readonly number[], data?: readonly number[] | undefined): ValueId {
    const values = data ?? Array.from({ length: elementCount(shape) }, () => this.#random.normal());
    return this.constant(name, { dtype: 'float32', shape }, Float32Array.from(values));
  }

  dense(
    name: string,
    input: ValueId,
    units: number,
    activation: FusedActivation = 'none',
    bias = true,
  ): ValueId {
    const depth = this.typeOf(input).shape.at(-1) as number;
    return this.add('fully_connected', name, { activation, keepNumDims: false }, [
      input,
      this.const(`${name}/w`, [units, depth]),
      ...(bias ? [this.const(`${name}/b`, [units])] : []),
    ]);
  }

  /** CONV_2D with square filters. */
  conv(
    name: string,
    input: ValueId,
    channels: number,
    size: number,
    options: ConvolutionOptions = {},
  ): ValueId {
    const depth = this.typeOf(input).shape[3] / (options.groups ?? 1);
    return this.add('conv_2d', name, convolution(options), [
      input,
      this.const(`${name}/w`, [channels, size, size, depth], options.weights),
      this.const(`${name}/b`, [channels], options.bias),
    ]);
  }

  /** DEPTHWISE_CONV_2D with square filters. */
  depthwise(
    name: string,
    input: ValueId,
    depthMultiplier: number,
    size: number,
    options: ConvolutionOptions = {},
  ): ValueId {
    const channels = this.typeOf(input).shape[3] * depthMultiplier;
    return this.add('depthwise_conv_2d', name, { ...convolution(options), depthMultiplier }, [
      input,
      this.const(`${name}/w`, [1, size, size, channels], options.weights),
      this.const(`${name}/b`, [channels], options.bias),
    ]);
  }
}

function results(graph: Graph): number[][] {
  const random = createRandom(11, 'pass inputs');
  const interpreter = createInterpreter(graph);
  return Array.from({ length: RECORDS }, () => {
    const inputs = interpreter.inputs.map(({ shape }) =>
      Float32Array.from({ length: elementCount(shape) }, () => 2 * random.normal()),
    );
    return interpreter.invoke(inputs).flatMap((output: TensorData) => Array.from(output, Number));
  });
}

/** Both graphs give the same results for random inputs, within 10⁻⁵ of the largest. */
export function expectSameResults(before: Graph, after: Graph): void {
  expect(after.inputs).toEqual(before.inputs);
  expect(after.outputs).toEqual(before.outputs);
  const [expected, actual] = [results(before), results(after)];
  for (const [record, values] of expected.entries()) {
    expect(actual[record].length).toBe(values.length);
    const largest = values.reduce((most, value) => Math.max(most, Math.abs(value)), 1);
    for (const [index, value] of values.entries()) {
      expect(Math.abs(actual[record][index] - value)).toBeLessThanOrEqual(TOLERANCE * largest);
    }
  }
  expect(expected.flat().some((value) => value !== 0)).toBe(true);
}

/** The graph behind the passes, as text without the elements of constants. */
export function passText(graph: Graph, ...passes: readonly Pass[]): string {
  const after = runPasses(graph, passes);
  expectSameResults(graph, after);
  expect(printGraph(runPasses(after, passes))).toBe(printGraph(after));
  return `\n${printGraph(after)}`;
}

/** The operators behind the passes, in order. */
export function passKinds(graph: Graph, ...passes: readonly Pass[]): string[] {
  passText(graph, ...passes);
  return runPasses(graph, passes).nodes.map(({ kind }) => kind);
}

/** The passes leave the graph as it is. */
export function expectUntouched(graph: Graph, ...passes: readonly Pass[]): void {
  expect(passText(graph, ...passes)).toBe(`\n${printGraph(graph)}`);
}
