import { expect, it } from 'vitest';
import { perTensor } from '../../../src/core/quant-params.ts';
import { declaredScales, hasDeclaredScales } from '../../../src/passes/simulated/declared-scales.ts';
import { graphOf } from '../run-pass.ts';
import { FINE, round, WIDE } from './round.ts';

it('takes the scales out of a graph, and leaves what it computes without them', () => {
  const graph = graphOf((b) => {
    const hidden = round(b, b.dense('a', round(b, b.in('x', 1, 3), WIDE), 4, 'relu'), FINE);
    return [round(b, b.dense('y', hidden, 2), WIDE)];
  });
  expect(hasDeclaredScales(graph)).toBe(true);
  const { graph: float, scales, ambiguous } = declaredScales(graph);
  expect(float.nodes.map(({ kind }) => kind)).toEqual(['fully_connected', 'fully_connected']);
  const named = [...scales].map(([id, { quant }]) => [float.values.get(id)?.name, quant]);
  expect(named).toEqual([
    ['x', WIDE],
    ['a', FINE],
    [graph.values.get(graph.outputs[0])?.name, WIDE],
  ]);
  expect(ambiguous).toEqual([]);
});

it('ends of integers become real, with the scale that they had', () => {
  const graph = graphOf((b) => {
    const x = b.input('x', { dtype: 'uint8', shape: [1, 3], quant: perTensor(1 / 16, 123) });
    const signed = b.quantize('s', x, { dtype: 'int8', quant: WIDE });
    const hidden = round(b, b.dense('a', b.add('dequantize', 'r', {}, [signed], 'float32'), 4), FINE);
    return [b.quantize('y', b.dense('d', hidden, 2), { dtype: 'int8', quant: WIDE })];
  });
  const { graph: float, scales } = declaredScales(graph);
  expect(float.inputs.map((id) => [float.values.get(id)?.type.dtype, scales.get(id)?.quant])).toEqual([
    ['float32', WIDE],
  ]);
  expect(float.outputs.map((id) => [float.values.get(id)?.name, scales.get(id)?.quant])).toEqual([
    ['y', WIDE],
  ]);
});

it('says of a value that is read in several scales', () => {
  const graph = graphOf((b) => {
    const x = b.in('x', 1, 3);
    return [b.dense('a', round(b, x, WIDE), 2), b.dense('b', round(b, x, FINE), 2)];
  });
  const { graph: float, ambiguous, scales } = declaredScales(graph);
  expect(ambiguous).toEqual(float.inputs);
  expect(scales.get(float.inputs[0])?.quant).toEqual(WIDE);
});

it('an input that is rounded and given back keeps an output of its own', () => {
  const graph = graphOf((b) => {
    const x = round(b, b.in('x', 1, 3), WIDE);
    return [x, b.dense('d', x, 2)];
  });
  const { graph: float } = declaredScales(graph);
  expect(float.nodes.map(({ kind }) => kind)).toEqual(['fully_connected', 'reshape']);
});

it('graphs that compute with integers, or round nothing, have none', () => {
  const plain = graphOf((b) => [b.dense('d', b.in('x', 1, 3), 2)]);
  expect(hasDeclaredScales(plain)).toBe(false);
  const rescaled = graphOf((b) => {
    const q = b.quantize('q', b.in('x', 1, 3), { dtype: 'int8', quant: WIDE });
    const r = b.quantize('r', q, { dtype: 'int8', quant: FINE });
    return [b.add('dequantize', 'd', {}, [r], 'float32')];
  });
  expect(hasDeclaredScales(rescaled)).toBe(false);
  const alone = graphOf((b) => [
    b.quantize('y', b.dense('d', b.in('x', 1, 3), 2), { dtype: 'int8', quant: WIDE }),
  ]);
  expect(hasDeclaredScales(alone)).toBe(false);
});
