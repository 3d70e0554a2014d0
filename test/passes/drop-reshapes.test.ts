import { describe, expect, it } from 'vitest';
import { dropReshapes } from '../../src/passes/drop-reshapes.ts';
import { expectUntouched, type FloatBuilder, graphOf, passKinds, passText } from './run-pass.ts';

const none = { activation: 'none' } as const;

function reshape(b: FloatBuilder, id: number, ...newShape: number[]): number {
  return b.add('reshape', `to ${newShape.join('x')}`, { newShape }, [id]);
}

describe('drop-reshapes', () => {
  it('reads past reshapes of reshapes, up to none at all', () => {
    const twice = graphOf((b) => [
      b.add('tanh', 'y', {}, [reshape(b, reshape(b, b.in('x', 2, 3), 6), 3, 2)]),
    ]);
    expect(passText(twice, dropReshapes)).toMatchInlineSnapshot(`
      "
      x: float32[2,3] = input
      y: float32[2,3] = tanh(x)
      y#2: float32[3,2] = reshape(y) newShape=[3,2]
      return y#2
      "
    `);
    const back = graphOf((b) => [
      b.add('softmax', 'y', { beta: 1 }, [reshape(b, reshape(b, b.in('x', 2, 3), 6), 2, 3)]),
    ]);
    expect(passKinds(back, dropReshapes)).toEqual(['softmax']);
  });

  it('keeps the only node between an input and an output', () => {
    expectUntouched(
      graphOf((b) => [reshape(b, b.in('x', 2, 3), 2, 3)]),
      dropReshapes,
    );
  });

  it('keeps the name of an output', () => {
    const graph = graphOf((b) => [reshape(b, b.add('relu', 'relu', {}, [b.in('x', 4)]), 4)]);
    expect(passText(graph, dropReshapes)).toMatchInlineSnapshot(`
      "
      x: float32[4] = input
      to 4: float32[4] = relu(x)
      return to 4
      "
    `);
  });

  it('lets a fully connected layer read any shape, unless its output follows that shape', () => {
    const flat = graphOf((b) => [b.dense('dense', reshape(b, b.in('x', 1, 2, 3), 1, 6), 2)]);
    expect(passKinds(flat, dropReshapes)).toEqual(['fully_connected']);
    const kept = graphOf((b) => {
      const attributes = { activation: 'none', keepNumDims: true } as const;
      const rows = reshape(b, b.in('x', 1, 6), 1, 2, 3);
      return [b.add('fully_connected', 'dense', attributes, [rows, b.const('w', [2, 3])])];
    });
    expectUntouched(kept, dropReshapes);
  });

  it('lets per-element operators and per-channel constants pass on the way to the undoing reshape', () => {
    const graph = graphOf((b) => {
      const x = reshape(b, b.add('tanh', 'tanh', {}, [b.in('x', 1, 1, 3, 2)]), 1, 3, 2);
      const scaled = b.add('mul', 'mul', none, [x, b.const('c', [1, 1, 2])]);
      const shifted = b.add('sub', 'sub', none, [b.const('d', [], [1]), scaled]);
      const active = b.add('relu', 'relu', {}, [shifted]);
      return [b.add('softmax', 'softmax', { beta: 1 }, [reshape(b, active, 1, 1, 3, 2)])];
    });
    expect(passText(graph, dropReshapes).replace(/= constant .*/g, '= …')).toMatchInlineSnapshot(`
      "
      x: float32[1,1,3,2] = input
      tanh: float32[1,1,3,2] = tanh(x)
      c: float32[2] = …
      mul: float32[1,1,3,2] = mul(tanh, c)
      d: float32[1] = …
      sub: float32[1,1,3,2] = sub(d, mul)
      relu: float32[1,1,3,2] = relu(sub)
      softmax: float32[1,1,3,2] = softmax(relu) beta=1
      return softmax
      "
    `);
  });

  it.each([
    ['add', none],
    ['maximum', {}],
    ['minimum', {}],
    ['mul', none],
    ['sub', none],
  ] as const)('takes the %s of two reshaped values before reshaping it', (kind, attributes) => {
    const graph = graphOf((b) => {
      const [x, y] = [b.in('x', 1, 1, 2, 2), b.in('y', 1, 1, 2, 2)];
      return [b.add(kind, 'both', attributes, [reshape(b, x, 1, 2, 2), reshape(b, y, 1, 2, 2)])];
    });
    expect(passKinds(graph, dropReshapes)).toEqual([kind, 'reshape']);
  });

  it.each([
    ['maximum', [2], true],
    ['minimum', [], true],
    ['maximum', [3, 1], false],
  ] as const)('lets %s with a constant %j pass where it means the same', (kind, shape, passes) => {
    const graph = graphOf((b) => {
      const x = reshape(b, b.in('x', 1, 1, 3, 2), 1, 3, 2);
      return [b.add(kind, 'limited', {}, [b.const('limit', shape), x])];
    });
    expect(passKinds(graph, dropReshapes)).toEqual(passes ? [kind, 'reshape'] : ['reshape', kind]);
  });

  it('leaves constants in place that mean another axis in the other shape', () => {
    const channels = graphOf((b) => [
      b.add('mul', 'mul', none, [reshape(b, b.in('x', 1, 2, 3), 1, 6), b.const('c', [6])]),
    ]);
    expectUntouched(channels, dropReshapes);
    const rows = graphOf((b) => [
      b.add('mul', 'mul', none, [reshape(b, b.in('x', 1, 1, 3, 2), 1, 3, 2), b.const('c', [3, 1])]),
    ]);
    expectUntouched(rows, dropReshapes);
    const grown = graphOf((b) => [
      b.add('mul', 'mul', none, [reshape(b, b.in('x', 1, 1, 2), 1, 2), b.const('c', [3, 2])]),
    ]);
    expectUntouched(grown, dropReshapes);
  });

  it('leaves a reshape that someone else reads', () => {
    const graph = graphOf((b) => {
      const flat = reshape(b, b.in('x', 2, 2), 4);
      return [b.add('relu', 'relu', {}, [flat]), flat];
    });
    expectUntouched(graph, dropReshapes);
  });

  it('takes transposes that only move axes of size 1 for reshapes', () => {
    const graph = graphOf((b) => [
      b.add('tanh', 'tanh', {}, [
        b.add('transpose', 'time first', { permutation: [1, 0, 2] }, [b.in('x', 1, 5, 3)]),
      ]),
    ]);
    expect(passKinds(graph, dropReshapes)).toEqual(['tanh', 'reshape']);
    expectUntouched(
      graphOf((b) => [b.add('transpose', 't', { permutation: [0, 2, 1] }, [b.in('x', 1, 5, 3)])]),
      dropReshapes,
    );
  });

  it('reads what broadcasting makes of a reshaped operand before it was reshaped', () => {
    const graph = graphOf((b) => [
      b.add('add', 'sum', none, [b.in('x', 1, 4), reshape(b, b.in('h', 1, 4), 4)]),
    ]);
    expect(passKinds(graph, dropReshapes)).toEqual(['add']);
    expectUntouched(
      graphOf((b) => [b.add('add', 'sum', none, [b.in('x', 4), reshape(b, b.in('h', 1, 1, 4), 1, 4)])]),
      dropReshapes,
    );
  });

  it('pads an image as it was before its axes of size 1 changed places', () => {
    const paddings = [
      [0, 0],
      [1, 2],
      [0, 0],
      [0, 0],
    ] as const;
    const graph = graphOf((b) => {
      const image = b.add('pad', 'pad', { paddings }, [reshape(b, b.in('x', 1, 1, 6, 4), 1, 6, 4, 1)]);
      return [b.add('softmax', 'y', { beta: 1 }, [reshape(b, image, 1, 1, 9, 4)])];
    });
    expect(passKinds(graph, dropReshapes)).toEqual(['pad', 'softmax']);
    expect(passText(graph, dropReshapes)).toContain('paddings=[[0,0],[0,0],[1,2],[0,0]]');
  });

  it.each([
    [
      'an axis of size 1',
      [1, 6, 4, 1],
      [
        [0, 0],
        [0, 0],
        [0, 0],
        [1, 0],
      ],
    ],
    [
      'other axes',
      [1, 4, 6, 1],
      [
        [0, 0],
        [0, 0],
        [1, 0],
        [0, 0],
      ],
    ],
  ] as const)('keeps the reshape in front of padding: %s', (_, shape, paddings) => {
    expectUntouched(
      graphOf((b) => [
        b.add('softmax', 'y', { beta: 1 }, [
          b.add('pad', 'pad', { paddings }, [reshape(b, b.in('x', 1, 1, 6, 4), ...shape)]),
        ]),
      ]),
      dropReshapes,
    );
  });
});
