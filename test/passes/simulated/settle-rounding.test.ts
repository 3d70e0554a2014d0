import { expect, it } from 'vitest';
import { perTensor } from '../../../src/core/quant-params.ts';
import { settleRounding } from '../../../src/passes/simulated/settle-rounding.ts';
import { expectUntouched, graphOf, passKinds } from '../run-pass.ts';
import { FINE, round, WIDE } from './round.ts';

it('drops a rounding behind moves of what is rounded', () => {
  const graph = graphOf((b) => {
    const x = round(b, b.in('x', 1, 4, 4, 2), WIDE);
    const pooled = b.add(
      'max_pool_2d',
      'pooled',
      { padding: 'same', strides: [2, 2], filter: [2, 2], activation: 'none' },
      [x],
    );
    const flat = b.add('reshape', 'flat', { newShape: [1, 8] }, [round(b, pooled, WIDE)]);
    return [b.dense('d', round(b, flat, WIDE), 2)];
  });
  expect(passKinds(graph, settleRounding)).toEqual([
    'quantize',
    'dequantize',
    'max_pool_2d',
    'reshape',
    'fully_connected',
  ]);
});

it('drops one at the end of the graph, too', () => {
  const graph = graphOf((b) => {
    const x = round(b, b.dense('d', b.in('x', 1, 3), 4), WIDE);
    return [round(b, b.add('reshape', 'y', { newShape: [2, 2] }, [x]), WIDE)];
  });
  expect(passKinds(graph, settleRounding)).toEqual(['fully_connected', 'quantize', 'dequantize', 'reshape']);
});

it('rounds in front of a move instead of behind it', () => {
  const graph = graphOf((b) => {
    const paddings = [
      [0, 0],
      [1, 0],
    ] as const;
    const padded = b.add('pad', 'padded', { paddings }, [b.in('x', 1, 4)]);
    return [b.dense('d', round(b, padded, WIDE), 2)];
  });
  expect(passKinds(graph, settleRounding)).toEqual(['quantize', 'dequantize', 'pad', 'fully_connected']);
});

it('rounds behind a clamp alone, where the same was done in front of it', () => {
  const graph = graphOf((b) => {
    const moved = b.add('reshape', 'moved', { newShape: [2, 2] }, [
      round(b, b.dense('a', b.in('x', 1, 3), 4), WIDE),
    ]);
    return [b.dense('c', round(b, b.add('relu', 'r', {}, [moved]), WIDE), 2)];
  });
  expect(passKinds(graph, settleRounding)).toEqual([
    'fully_connected',
    'reshape',
    'relu',
    'quantize',
    'dequantize',
    'fully_connected',
  ]);
});

it('keeps what rounds to another scale, and what several read', () => {
  const unlike = graphOf((b) => {
    const rounded = round(b, b.dense('a', b.in('x', 1, 3), 4), WIDE);
    return [b.dense('c', round(b, b.add('relu', 'r', {}, [rounded]), FINE), 2)];
  });
  expectUntouched(unlike, settleRounding);
  const shared = graphOf((b) => {
    const x = b.in('x', 1, 4);
    const moved = b.add('reshape', 'moved', { newShape: [1, 4] }, [x]);
    return [b.dense('a', round(b, moved, WIDE), 2), b.dense('c', moved, 2)];
  });
  expectUntouched(shared, settleRounding);
  const averaged = graphOf((b) => {
    const x = round(b, b.in('x', 1, 4, 4, 2), WIDE);
    const pooled = b.add(
      'average_pool_2d',
      'pooled',
      { padding: 'same', strides: [2, 2], filter: [2, 2], activation: 'none' },
      [x],
    );
    return [b.conv('c', round(b, pooled, WIDE), 1, 1)];
  });
  expectUntouched(averaged, settleRounding);
});

it('uint8 on the way from int8 to int8 is nothing', () => {
  const graph = graphOf((b) => {
    const q = b.quantize('q', b.in('x', 1, 3), { dtype: 'int8', quant: WIDE });
    const u = b.quantize('u', q, { dtype: 'uint8', quant: perTensor(1 / 16, 123) });
    const back = b.quantize('back', u, { dtype: 'int8', quant: WIDE });
    return [b.dense('d', b.add('dequantize', 'r', {}, [back], 'float32'), 2)];
  });
  expect(passKinds(graph, settleRounding)).toEqual(['quantize', 'dequantize', 'fully_connected']);
  const other = graphOf((b) => {
    const q = b.quantize('q', b.in('x', 1, 3), { dtype: 'int8', quant: WIDE });
    const u = b.quantize('u', q, { dtype: 'uint8', quant: perTensor(1 / 16, 122) });
    const back = b.quantize('back', u, { dtype: 'int8', quant: WIDE });
    return [b.dense('d', b.add('dequantize', 'r', {}, [back], 'float32'), 2)];
  });
  expectUntouched(other, settleRounding);
});
