import { describe, expect, it } from 'vitest';
import { perTensor } from '../../../src/core/quant-params.ts';
import { createRandom } from '../../../src/core/random.ts';
import { elementCount, type Shape } from '../../../src/core/tensor.ts';
import { createInterpreter } from '../../../src/interpreter/interpreter.ts';
import { nodeOf } from '../../../src/ir/builder.ts';
import type { Graph } from '../../../src/ir/graph.ts';
import { runPasses } from '../../../src/passes/pass.ts';
import { lowerTile } from '../../../src/passes/replace/lower-tile.ts';
import { expectUntouched, graphOf, passKinds } from '../run-pass.ts';

const tiled = (shape: Shape, multiples: readonly number[]): Graph =>
  graphOf((b) => [b.add('tile', 'y', { multiples }, [b.in('x', ...shape)])]);

describe('lower-tile', () => {
  it.each<[Shape, number[], string[]]>([
    [[1, 1, 3], [1, 5, 1], ['broadcast_to']],
    [[3, 1], [1, 4], ['broadcast_to']],
    [[1, 1, 1, 3], [1, 2, 5, 1], ['broadcast_to']],
    [[1, 1, 1, 3], [1, 1, 5, 1], ['resize_nearest_neighbor']],
    [[1, 4, 1, 3], [1, 1, 5, 1], ['resize_nearest_neighbor']],
    [[2, 4, 3], [1, 3, 1], ['concatenation']],
    [
      [2, 4, 3],
      [1, 11, 1],
      ['reshape', 'broadcast_to', 'reshape'],
    ],
    [
      [2, 4, 3],
      [2, 2, 1],
      ['reshape', 'broadcast_to', 'reshape'],
    ],
    [
      [2, 3, 2],
      [2, 2, 2],
      ['concatenation', 'reshape', 'broadcast_to', 'reshape'],
    ],
    [
      [1, 1, 1, 1, 1, 2],
      [1, 2, 1, 3, 1, 1],
      ['reshape', 'broadcast_to', 'reshape'],
    ],
    [
      [2, 1, 2, 1, 2, 1],
      [1, 2, 1, 2, 1, 2],
      ['reshape', 'broadcast_to', 'reshape', 'broadcast_to', 'reshape'],
    ],
  ])('%j times %j is %j', (shape, multiples, kinds) => {
    expect(passKinds(tiled(shape, multiples), lowerTile)).toEqual(kinds);
  });

  it("makes one resize of TensorFlow's UpSampling2D", () => {
    const graph = graphOf((b) => {
      const rows = b.add('reshape', 'r', { newShape: [1, 3, 1, 4, 2] }, [b.in('x', 1, 3, 4, 2)]);
      const tall = b.add('tile', 't', { multiples: [1, 1, 2, 1, 1] }, [rows]);
      const columns = b.add('reshape', 's', { newShape: [1, 6, 4, 1, 2] }, [tall]);
      const wide = b.add('tile', 'u', { multiples: [1, 1, 1, 3, 1] }, [columns]);
      return [b.add('relu', 'z', {}, [b.add('reshape', 'y', { newShape: [1, 6, 12, 2] }, [wide])])];
    });
    expect(passKinds(graph, lowerTile)).toEqual(['resize_nearest_neighbor', 'relu']);
  });

  it('makes one resize of UpSampling1D, and a broadcast of what lies on an axis of no image', () => {
    const steps = graphOf((b) => {
      const apart = b.add('reshape', 'r', { newShape: [1, 5, 1, 2] }, [b.in('x', 1, 5, 2)]);
      const twice = b.add('tile', 't', { multiples: [1, 1, 2, 1] }, [apart]);
      return [b.add('reshape', 'y', { newShape: [1, 10, 2] }, [twice])];
    });
    expect(passKinds(steps, lowerTile)).toEqual(['reshape', 'resize_nearest_neighbor', 'reshape']);
  });

  it('drops one that repeats nothing, and leaves graphs without one alone', () => {
    const nothing = graphOf((b) => [
      b.add('relu', 'y', {}, [b.add('tile', 't', { multiples: [1, 1] }, [b.in('x', 2, 3)])]),
    ]);
    expect(passKinds(nothing, lowerTile)).toEqual(['relu']);
    expectUntouched(
      graphOf((b) => [
        b.add('reshape', 'y', { newShape: [6] }, [
          b.add('reshape', 'r', { newShape: [3, 2] }, [b.in('x', 2, 3)]),
        ]),
      ]),
      lowerTile,
    );
  });

  it('is exact on random shapes, in int8 too', () => {
    const random = createRandom(3, 'tiles');
    const quant = perTensor(0.1, -7);
    for (let round = 0; round < 200; round++) {
      const shape = Array.from({ length: 1 + random.below(6) }, () => 1 + random.below(3));
      const multiples = shape.map(() => [1, 1, 2, 3, 12][random.below(5)]);
      const larger = shape.map((size, axis) => size * multiples[axis]);
      if (elementCount(larger) > 1e5) continue;
      const graph: Graph = {
        values: new Map([
          [0, { id: 0, name: 'x', type: { dtype: 'int8', shape, quant } }],
          [1, { id: 1, name: 'y', type: { dtype: 'int8', shape: larger, quant } }],
        ]),
        nodes: [nodeOf('tile', 'y', { multiples }, [0], [1])],
        inputs: [0],
        outputs: [1],
      };
      if (multiples.every((multiple) => multiple === 1)) continue;
      const lowered = runPasses(graph, [lowerTile]);
      expect(lowered.nodes.map(({ kind }) => kind)).not.toContain('tile');
      const x = Int8Array.from({ length: elementCount(shape) }, () => random.below(256) - 128);
      expect(createInterpreter(lowered).invoke([x])).toEqual(createInterpreter(graph).invoke([x]));
    }
  });
});
