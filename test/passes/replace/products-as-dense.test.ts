import { describe, expect, it } from 'vitest';
import { perTensor } from '../../../src/core/quant-params.ts';
import { createRandom } from '../../../src/core/random.ts';
import { elementCount, type Shape } from '../../../src/core/tensor.ts';
import { arrayRecords } from '../../../src/data/records/records.ts';
import { readTflite } from '../../../src/formats/tflite/read.ts';
import { readOutline } from '../../../src/formats/tflite/read-outline.ts';
import { createInterpreter } from '../../../src/interpreter/interpreter.ts';
import { nodeOf } from '../../../src/ir/builder.ts';
import { type Graph, getValue, type Value } from '../../../src/ir/graph.ts';
import { convertModel } from '../../../src/models/convert/convert-model.ts';
import { runPasses } from '../../../src/passes/pass.ts';
import { productsAsDense } from '../../../src/passes/replace/products-as-dense.ts';
import { modelObjections } from '../../../src/targets/tflm/model-objections.ts';
import { expectUntouched, type FloatBuilder, graphOf, passKinds } from '../run-pass.ts';

interface Options {
  readonly a: Shape;
  readonly b: Shape;
  readonly output: Shape;
  readonly adjX?: boolean;
  readonly adjY?: boolean;
}

const CASES: readonly (readonly [string, Options, readonly string[]])[] = [
  ['two matrices', { a: [3, 5], b: [4, 5], output: [3, 4], adjY: true }, ['fully_connected']],
  ['one that lies transposed', { a: [3, 5], b: [5, 4], output: [3, 4] }, ['transpose', 'fully_connected']],
  [
    'both, transposed',
    { a: [5, 3], b: [5, 4], output: [3, 4], adjX: true },
    ['transpose', 'transpose', 'fully_connected'],
  ],
  [
    'a batch of one, as attention has it',
    { a: [1, 3, 8], b: [1, 4, 8], output: [1, 3, 4], adjY: true },
    ['reshape', 'fully_connected'],
  ],
  [
    'rows of many by one matrix',
    { a: [2, 3, 5], b: [1, 4, 5], output: [2, 3, 4], adjY: true },
    ['reshape', 'fully_connected'],
  ],
  [
    'heads',
    { a: [1, 2, 3, 5], b: [1, 2, 4, 5], output: [1, 2, 3, 4], adjY: true },
    ['reshape', 'unpack', 'reshape', 'unpack', 'fully_connected', 'fully_connected', 'pack', 'reshape'],
  ],
  [
    'leading axes that broadcast',
    { a: [2, 1, 3, 5], b: [3, 5, 4], output: [2, 3, 3, 4] },
    ['transpose', 'unpack', 'reshape', 'unpack', ...Array(6).fill('fully_connected'), 'pack', 'reshape'],
  ],
  [
    'one matrix by many',
    { a: [3, 5], b: [2, 4, 5], output: [2, 3, 4], adjY: true },
    ['unpack', 'fully_connected', 'fully_connected', 'pack'],
  ],
];

function product(b: FloatBuilder, { a, b: second, adjX = false, adjY = false }: Options): number {
  return b.add('batch_matmul', 'y', { adjX, adjY }, [b.in('a', ...a), b.in('b', ...second)]);
}

const [SCALE_A, ZERO_A, SCALE_B, SCALE_Y, ZERO_Y] = [0.03, -7, 0.02, 0.15, 3];

/** An int8 product of two inputs, the second of which has that zero point. */
function int8Product({ a, b, output, adjX = false, adjY = false }: Options, zeroPoint: number): Graph {
  const shapes: readonly (readonly [string, Shape, number, number])[] = [
    ['a', a, SCALE_A, ZERO_A],
    ['b', b, SCALE_B, zeroPoint],
    ['y', output, SCALE_Y, ZERO_Y],
  ];
  const values = shapes.map(([name, shape, scale, zero], id): [number, Value] => [
    id,
    { id, name, type: { dtype: 'int8', shape, quant: perTensor(scale, zero) } },
  ]);
  const nodes = [nodeOf('batch_matmul', 'y', { adjX, adjY }, [0, 1], [2])];
  return { values: new Map(values), nodes, inputs: [0, 1], outputs: [2] };
}

function results(graph: Graph): readonly (readonly number[])[] {
  const random = createRandom(5, 'factors');
  const interpreter = createInterpreter(graph);
  return Array.from({ length: 20 }, () => {
    const factors = interpreter.inputs.map(({ shape }) =>
      Int8Array.from({ length: elementCount(shape) }, () => random.below(256) - 128),
    );
    return Array.from(interpreter.invoke(factors)[0], Number);
  });
}

const kindsOf = ({ nodes }: Graph): readonly string[] => nodes.map(({ kind }) => kind);

describe('products-as-dense', () => {
  it.each(CASES)('has a layer for each product of %s', (_, options, kinds) => {
    const graph = graphOf((b) => [product(b, options)]);
    expect(passKinds(graph, productsAsDense)).toEqual(kinds);
  });

  it.each(CASES)(
    'has the bytes of BATCH_MATMUL where the second factor has zero point 0: %s',
    (_, options, kinds) => {
      const graph = int8Product(options, 0);
      const dense = runPasses(graph, [productsAsDense]);
      expect(kindsOf(dense)).toEqual(kinds);
      expect(results(dense)).toEqual(results(graph));
      expect(new Set(results(graph).flat()).size).toBeGreaterThan(50);
    },
  );

  it.each(CASES)('rounds a second factor with another zero point first: %s', (_, options, kinds) => {
    const graph = int8Product(options, 20);
    const dense = runPasses(graph, [productsAsDense]);
    expect(kindsOf(dense).toSorted()).toEqual(['quantize', ...kinds].toSorted());
    const wider = (SCALE_B * 148) / 127;
    expect([...dense.values.values()].map(({ type: { quant } }) => quant)).toContainEqual(
      perTensor(wider, 0),
    );
    // A factor is off by half of its wider step, and each sum has five of them or eight.
    const [expected, actual] = [results(graph), results(dense)].map((rows) => rows.flat());
    const depth = options.adjX === true ? options.a[0] : (options.a.at(-1) as number);
    const most = 1 + (depth * SCALE_A * 135 * wider) / 2 / SCALE_Y;
    for (const [at, value] of actual.entries()) expect(Math.abs(value - expected[at])).toBeLessThan(most);
  });

  it('leaves alone what no layer of these libraries computes: int16, and hundreds of matrices', () => {
    const options = { a: [3, 5], b: [4, 5], output: [3, 4], adjY: true };
    const graph = int8Product(options, 0);
    const wide = new Map(
      [...graph.values].map(([id, value]): [number, Value] => [
        id,
        { ...value, type: { ...value.type, dtype: 'int16', quant: perTensor(0.001, 0) } },
      ]),
    );
    const int16 = { ...graph, values: wide };
    expect(runPasses(int16, [productsAsDense])).toBe(int16);
    expectUntouched(
      graphOf((b) => [product(b, { a: [257, 1, 2], b: [257, 1, 2], output: [257, 1, 1], adjY: true })]),
      productsAsDense,
    );
  });
});

/** Attention of two heads over four steps of six features. */
function attention(b: FloatBuilder, width = 6, heads = 2): number {
  const steps = 4;
  const depth = width / heads;
  const x = b.in('x', 1, steps, width);
  const headsOf = (name: string): number => {
    const dense = b.add('fully_connected', name, { activation: 'none', keepNumDims: true }, [
      x,
      b.const(`${name}/w`, [width, width]),
      b.const(`${name}/b`, [width]),
    ]);
    const apart = b.add('reshape', `${name}/apart`, { newShape: [1, steps, heads, depth] }, [dense]);
    return b.add('transpose', `${name}/heads`, { permutation: [0, 2, 1, 3] }, [apart]);
  };
  const scores = b.add('batch_matmul', 'scores', { adjX: false, adjY: true }, [headsOf('q'), headsOf('k')]);
  const weights = b.add('softmax', 'weights', { beta: 1 }, [scores]);
  const mixed = b.add('batch_matmul', 'mixed', { adjX: false, adjY: false }, [weights, headsOf('v')]);
  const joined = b.add('transpose', 'joined', { permutation: [0, 2, 1, 3] }, [mixed]);
  return b.dense('y', b.add('reshape', 'flat', { newShape: [1, steps * width] }, [joined]), 3);
}

const calibration = (() => {
  const random = createRandom(9, 'samples');
  const data = Float32Array.from({ length: 64 * 24 }, () => random.normal());
  return arrayRecords({ shape: [64, 4, 6], data });
})();

describe('a network with attention', () => {
  it.each(['chirale', 'arduino-tflm'] as const)(
    'runs on %s in int8, without a QUANTIZE more',
    async (library) => {
      const { bytes } = await convertModel(
        graphOf((b) => [attention(b)]),
        { calibration, library },
      );
      expect(modelObjections(library, readOutline(bytes).outline)).toEqual([]);
      const { graph } = readTflite(bytes);
      expect(kindsOf(graph)).not.toContain('quantize');
      expect(kindsOf(graph).filter((kind) => kind === 'fully_connected')).toHaveLength(8);
      const computed = graph.nodes.flatMap(({ kind, inputs: [, weights] }) => {
        const value = kind === 'fully_connected' ? getValue(graph, weights as number) : undefined;
        return value !== undefined && value.data === undefined ? [value.type.quant] : [];
      });
      expect(computed).toHaveLength(4);
      for (const quant of computed) expect(quant).toMatchObject({ scheme: 'per-tensor', zeroPoint: 0 });
    },
  );

  it('runs there in float32 too', async () => {
    const { bytes } = await convertModel(
      graphOf((b) => [attention(b)]),
      { type: 'float', library: 'chirale' },
    );
    expect(modelObjections('chirale', readOutline(bytes).outline)).toEqual([]);
    expect(kindsOf(readTflite(bytes).graph)).not.toContain('batch_matmul');
  });

  it('is refused there in int16, with what runs', async () => {
    const { bytes } = await convertModel(
      graphOf((b) => [attention(b)]),
      { calibration, library: 'chirale', type: 'int16x8' },
    );
    const objections = modelObjections('chirale', readOutline(bytes).outline);
    expect(objections.map(({ sentence }) => sentence)).toContain(
      'The library does not have it; "tinyml convert" with --library writes other operators in its place: FULLY_CONNECTED, in int8 and in float32.',
    );
  });

  it('keeps its products where the library has BATCH_MATMUL', async () => {
    const { bytes } = await convertModel(
      graphOf((b) => [attention(b)]),
      { calibration },
    );
    expect(kindsOf(readTflite(bytes).graph).filter((kind) => kind === 'batch_matmul')).toHaveLength(2);
  });
});
