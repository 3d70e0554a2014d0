import { describe, expect, it } from 'vitest';
import { type PerTensorQuant, perTensor, type QuantParams } from '../../../src/core/quant-params.ts';
import type { Graph, Value } from '../../../src/ir/graph.ts';
import { declaredScales } from '../../../src/passes/simulated/declared-scales.ts';
import { quantizeDeclared } from '../../../src/passes/simulated/quantize-declared.ts';
import { type FloatBuilder, graphOf } from '../run-pass.ts';
import { FINE, round, WIDE } from './round.ts';

const COARSE = perTensor(1 / 8, 3);

function quantized(graph: Graph) {
  return quantizeDeclared(declaredScales(graph));
}

function quantOf({ values }: Graph, name: string): QuantParams | undefined {
  return [...values.values()].find((value) => value.name === name)?.type.quant;
}

/** A FULLY_CONNECTED of weights that are those integers times 1/64. */
function dense(b: FloatBuilder, name: string, input: number, steps: readonly (readonly number[])[]): number {
  const weights = b.const(
    `${name}/w`,
    [steps.length, steps[0].length],
    steps.flat().map((step) => step / 64),
  );
  return b.add('fully_connected', name, { activation: 'none', keepNumDims: false }, [input, weights]);
}

describe('scales that a file has', () => {
  it('are those of activations and weights', () => {
    const graph = graphOf((b) => [
      round(
        b,
        dense(b, 'd', round(b, b.in('x', 1, 2), WIDE), [
          [127, -3],
          [5, 99],
        ]),
        FINE,
      ),
    ]);
    const { int8, report } = quantized(graph);
    expect(quantOf(int8, 'x')).toEqual(WIDE);
    expect(quantOf(int8, 'd/w')).toEqual(perTensor(1 / 64, 0));
    const weights = [...int8.values.values()].find(({ name }) => name === 'd/w');
    expect(weights?.data).toEqual(Int8Array.of(127, -3, 5, 99));
    const made = { fromReaders: 0, fromSamples: 0 };
    expect(report).toEqual({ kept: 2, changed: [], made, real: [], rounded: [] });
  });

  it('are kept where a clamp follows, which the range of the scale need not end at', () => {
    const graph = graphOf((b) => {
      const hidden = round(b, dense(b, 'd', round(b, b.in('x', 1, 2), WIDE), [[127, -3]]), COARSE);
      return [round(b, b.add('relu', 'r', {}, [hidden]), WIDE)];
    });
    const { int8 } = quantized(graph);
    expect(int8.nodes.map(({ kind }) => kind)).toEqual(['fully_connected', 'relu']);
  });

  it('of constants beside activations are those with which they are integers again', () => {
    const factors = [3, -7, 100, 0].map((step) => step / 32);
    const graph = graphOf((b) => {
      const x = round(b, b.in('x', 1, 4), WIDE);
      return [round(b, b.add('mul', 'm', { activation: 'none' }, [x, b.const('f', [4], factors)]), FINE)];
    });
    const { int8 } = quantized(graph);
    const { data, type } = [...int8.values.values()].find(({ name }) => name === 'f') as Value;
    const { scale, zeroPoint } = type.quant as PerTensorQuant;
    expect(Array.from(data as Int8Array, (value) => scale * (value - zeroPoint))).toEqual(factors);
  });

  it('give way where TFLM decides, and the report says why', () => {
    const graph = graphOf((b) => {
      const x = round(b, b.in('x', 1, 2), WIDE);
      const y = round(b, b.add('softmax', 's', { beta: 1 }, [x]), FINE);
      const z = round(b, b.add('concatenation', 'c', { axis: 1, activation: 'none' }, [y, x]), WIDE);
      return [z];
    });
    const { report } = quantized(graph);
    expect(report.kept).toBe(2);
    expect(report.changed).toEqual([
      {
        tensor: 's',
        file: { scale: 1 / 32, zeroPoint: -128 },
        used: { scale: 1 / 256, zeroPoint: -128 },
        why: 'SOFTMAX has this scale in every model.',
      },
    ]);
  });

  it('of weights with more steps than int8 has are others, one for each channel', () => {
    const graph = graphOf((b) => [
      round(
        b,
        dense(b, 'd', round(b, b.in('x', 1, 2), WIDE), [
          [127, -3],
          [5, 191],
        ]),
        FINE,
      ),
    ]);
    const { int8, report } = quantized(graph);
    expect(report.rounded).toEqual([{ layer: 'd', channels: 1 }]);
    expect(quantOf(int8, 'd/w')).toMatchObject({ scheme: 'per-axis', scales: { 0: 1 / 64 } });
  });
});

describe('scales that a file lacks', () => {
  const hardSwish = (b: FloatBuilder, to: number) => b.add('hard_swish', 'h', {}, [to]);

  it('are made of what reads the tensor', () => {
    const graph = graphOf((b) => {
      const hidden = dense(b, 'd', round(b, b.in('x', 1, 2), WIDE), [[127, -3]]);
      return [round(b, hardSwish(b, hidden), FINE)];
    });
    const { int8, report } = quantized(graph);
    expect(report.made).toEqual({ fromReaders: 1, fromSamples: 0 });
    const quant = quantOf(int8, 'd');
    expect(quant).toMatchObject({ scale: expect.closeTo((255 / 32 + 3) / 255, 6) });
  });

  it('are made of samples else; without, the operators stay in float32', () => {
    const graph = graphOf((b) => {
      const x = round(b, b.in('x', 1, 2), WIDE);
      const hidden = dense(b, 'd', x, [[127, -3]]);
      return [round(b, b.add('mul', 'm', { activation: 'none' }, [hidden, x]), FINE)];
    });
    const without = quantized(graph);
    expect(without.int8.nodes.map(({ kind }) => kind)).toEqual([
      'dequantize',
      'fully_connected',
      'mul',
      'quantize',
    ]);
    expect(without.report.real).toEqual(['d', 'm']);
    const declared = declaredScales(graph);
    const id = [...declared.graph.values.values()].find(({ name }) => name === 'd')?.id as number;
    const { int8, report } = quantizeDeclared(declared, new Map([[id, { min: 0, max: 25.5 }]]));
    expect(report.made).toEqual({ fromReaders: 0, fromSamples: 1 });
    expect(quantOf(int8, 'd')).toEqual(perTensor(0.1, -128));
  });

  it('of int16 are none for an int8 model', () => {
    const graph = graphOf((b) => [
      round(b, dense(b, 'd', round(b, b.in('x', 1, 2), perTensor(0.01, 0), 'int16'), [[127, -3]]), FINE),
    ]);
    expect(() => quantized(graph)).toThrow('tensor "x" has a scale for int16, and the model becomes int8');
  });
});

describe('what a file leaves in float32', () => {
  it('is so between integers and at the ends', () => {
    const graph = graphOf((b) => {
      const x = b.in('x', 1, 2);
      const first = round(b, b.add('mul', 'm', { activation: 'none' }, [x, x]), WIDE);
      const joined = b.add('concatenation', 'c', { axis: 1, activation: 'none' }, [first, x]);
      return [b.add('softmax', 's', { beta: 1 }, [joined])];
    });
    const { int8, report } = quantized(graph);
    // Who reads real numbers reads them as they were made.
    expect(int8.nodes.map(({ kind }) => kind)).toEqual(['mul', 'quantize', 'concatenation', 'softmax']);
    expect(report).toMatchObject({ kept: 1, real: ['m', 'c', 's'] });
    const types = [...int8.inputs, ...int8.outputs].map((id) => int8.values.get(id)?.type.dtype);
    expect(types).toEqual(['float32', 'float32']);
  });

  it('a chain of functions of real numbers needs no scales inside', () => {
    const graph = graphOf((b) => {
      const x = round(b, b.in('x', 1, 2), WIDE);
      const e = b.add('exp', 'e', {}, [b.add('neg', 'n', {}, [x])]);
      return [round(b, b.add('add', 'a', { activation: 'none' }, [e, x]), WIDE)];
    });
    const { int8 } = quantized(graph);
    expect(int8.nodes.map(({ kind }) => kind)).toEqual(['dequantize', 'neg', 'exp', 'add', 'quantize']);
  });
});
