import { describe, expect, it } from 'vitest';
import { createRandom } from '../../../../src/core/random.ts';
import { elementCount } from '../../../../src/core/tensor.ts';
import { createInterpreter } from '../../../../src/interpreter/interpreter.ts';
import { checkGraph } from '../../../../src/ir/check-graph.ts';
import { type Graph, getValue, type ValueId } from '../../../../src/ir/graph.ts';
import { graphCost } from '../../../../src/ir/graph-cost.ts';
import { Rewrite } from '../../../../src/ir/rewrite.ts';
import { type Form, formsOf } from '../../../../src/training/compress/low-rank/forms.ts';
import { type Moments, patchMoments } from '../../../../src/training/compress/low-rank/patch-moments.ts';
import { lostVariance, replaceLayer } from '../../../../src/training/compress/low-rank/replace-layer.ts';
import { type WindowLayer, windowLayers } from '../../../../src/training/compress/low-rank/window-layer.ts';
import { rowsInMemory } from '../../../../src/training/samples/sample-rows.ts';
import { type FloatBuilder, graphOf } from '../../../passes/run-pass.ts';

const SAMPLES = 300;

function samplesFor(graph: Graph): Float32Array {
  const random = createRandom(5, 'low rank test');
  const { shape } = getValue(graph, graph.inputs[0]).type;
  return Float32Array.from({ length: SAMPLES * elementCount(shape) }, () => random.normal() + 0.5);
}

function rowsOf(data: Float32Array) {
  return rowsInMemory({ data, shape: [SAMPLES, data.length / SAMPLES] });
}

interface Prepared {
  readonly graph: Graph;
  readonly data: Float32Array;
  readonly layer: WindowLayer;
  readonly moments: Moments;
  readonly forms: readonly Form[];
}

function prepare(build: (builder: FloatBuilder) => ValueId): Prepared {
  const graph = graphOf((builder) => [build(builder)]);
  const data = samplesFor(graph);
  const [layer] = windowLayers(graph);
  const [moments] = patchMoments(graph, [layer], rowsOf(data), 1);
  return { graph, data, layer, moments, forms: formsOf(layer, moments).forms };
}

function replaced({ graph, layer, moments }: Prepared, form: Form): Graph {
  const rewrite = new Rewrite(graph);
  replaceLayer(rewrite, layer, form.operators(), moments);
  const result = rewrite.graph();
  checkGraph(result);
  return result;
}

function outputsOf(graph: Graph, data: Float32Array): Float32Array {
  const interpreter = createInterpreter(graph);
  const size = data.length / SAMPLES;
  const rows = Array.from({ length: SAMPLES }, (_, row) =>
    Array.from(interpreter.invoke([data.slice(row * size, (row + 1) * size)])[0] as Float32Array),
  );
  return Float32Array.from(rows.flat());
}

function farthest(a: Float32Array, b: Float32Array): number {
  return a.reduce((most, value, index) => Math.max(most, Math.abs(value - b[index])), 0);
}

const LAYERS: Readonly<Record<string, (builder: FloatBuilder) => ValueId>> = {
  dense: (b) => b.dense('layer', b.in('x', 1, 12), 9, 'relu'),
  'dense that widens, without a bias': (b) => b.dense('layer', b.in('x', 1, 5), 17, 'none', false),
  'dense over an image': (b) =>
    b.add('fully_connected', 'layer', { activation: 'none', keepNumDims: false }, [
      b.in('x', 1, 2, 3, 2),
      b.const('w', [7, 12]),
    ]),
  'dense over rows': (b) =>
    b.add('fully_connected', 'layer', { activation: 'relu6', keepNumDims: true }, [
      b.in('x', 1, 4, 6),
      b.const('w', [5, 6]),
      b.const('b', [5]),
    ]),
  '1x1': (b) => b.conv('layer', b.in('x', 1, 3, 4, 6), 8, 1),
  '1x1 with strides': (b) => b.conv('layer', b.in('x', 1, 5, 5, 4), 6, 1, { stride: 2 }),
  '3x3, same': (b) => b.conv('layer', b.in('x', 1, 6, 5, 3), 4, 3, { activation: 'relu' }),
  '3x3, valid': (b) => b.conv('layer', b.in('x', 1, 6, 5, 3), 4, 3, { padding: 'valid' }),
  '3x3, strides, same': (b) => b.conv('layer', b.in('x', 1, 8, 7, 3), 5, 3, { stride: 2 }),
  '3x3, strides, valid': (b) => b.conv('layer', b.in('x', 1, 8, 7, 3), 5, 3, { stride: 2, padding: 'valid' }),
  '3x3, dilated': (b) => b.conv('layer', b.in('x', 1, 8, 7, 2), 3, 3, { dilation: 2 }),
  'wide and flat': (b) =>
    b.add('conv_2d', 'layer', { padding: 'same', strides: [1, 2], dilations: [1, 1], activation: 'relu' }, [
      b.in('x', 1, 1, 11, 4),
      b.const('w', [6, 1, 5, 4]),
      b.const('b', [6]),
    ]),
  'uneven window and strides': (b) =>
    b.add('conv_2d', 'layer', { padding: 'same', strides: [2, 1], dilations: [1, 1], activation: 'none' }, [
      b.in('x', 1, 5, 4, 2),
      b.const('w', [4, 4, 3, 2]),
      b.const('b', [4]),
    ]),
};

/** Those that lose nothing at all. */
function wholeForms({ forms }: Prepared): Form[] {
  return forms.filter(({ lost }) => lost < 1e-12);
}

describe('formsOf', () => {
  for (const [name, build] of Object.entries(LAYERS)) {
    const prepared = prepare(build);

    it(`computes the same at full rank: ${name}`, () => {
      const before = outputsOf(prepared.graph, prepared.data);
      const whole = wholeForms(prepared);
      const { kernel } = prepared.layer;
      // Two operators for each division of the window, three where it has more than a pixel.
      expect(whole.length).toBe([1, 3, 5][kernel.slice(1, 3).filter((length) => length > 1).length]);
      for (const form of whole) {
        const after = replaced(prepared, form);
        expect(farthest(outputsOf(after, prepared.data), before)).toBeLessThan(2e-5);
      }
    });

    it(`counts what it costs: ${name}`, () => {
      for (const form of prepared.forms) {
        const after = replaced(prepared, form);
        expect(graphCost(after).macs).toBe(form.macs);
        const weights = after.nodes.map((node) =>
          elementCount(getValue(after, node.inputs[1] as ValueId).type.shape),
        );
        expect(weights.reduce((sum, count) => sum + count, 0)).toBe(form.parameters);
      }
    });

    it(`leaves bias and activation to the last operator: ${name}`, () => {
      const { nodes } = replaced(prepared, prepared.forms[0]);
      const { node } = prepared.layer;
      expect(nodes.at(-1)).toMatchObject({ name: 'layer', outputs: node.outputs });
      expect(nodes.at(-1)?.attributes).toMatchObject({ activation: node.attributes.activation });
      for (const first of nodes.slice(0, -1)) {
        expect(first.inputs).toHaveLength(2);
        expect(first.attributes).toMatchObject({ activation: 'none' });
      }
    });
  }
});

/** Of what the outputs do around their means. */
function lostInOutputs(before: Float32Array, after: Float32Array, channels: number): number {
  let [error, whole] = [0, 0];
  for (let channel = 0; channel < channels; channel++) {
    const own = before.filter((_, index) => index % channels === channel);
    const other = after.filter((_, index) => index % channels === channel);
    const mean = own.reduce((sum, value) => sum + value, 0) / own.length;
    for (const [index, value] of own.entries()) {
      error += (value - other[index]) ** 2;
      whole += (value - mean) ** 2;
    }
  }
  return error / whole;
}

describe('lostVariance', () => {
  // All windows of all samples are seen, so what is foretold is what the outputs lose.
  for (const name of [
    'dense that widens, without a bias',
    '1x1',
    '3x3, valid',
    'wide and flat',
    'uneven window and strides',
  ]) {
    it(`is what the outputs lose: ${name}`, () => {
      const build = LAYERS[name];
      const prepared = prepare(build);
      const linear: Graph = {
        ...prepared.graph,
        nodes: prepared.graph.nodes.map((node) =>
          node.kind === 'conv_2d'
            ? { ...node, attributes: { ...node.attributes, activation: 'none' } }
            : node,
        ),
      };
      const { layer, moments } = prepared;
      const open = {
        ...prepared,
        graph: linear,
        layer: { ...layer, node: linear.nodes[0] as WindowLayer['node'] },
      };
      const before = outputsOf(linear, prepared.data);
      for (const form of prepared.forms.filter((_, index) => index % 4 === 1)) {
        const after = outputsOf(replaced(open, form), prepared.data);
        const lost = lostInOutputs(before, after, layer.kernel[0]);
        expect(lostVariance(layer, form.operators(), moments)).toBeCloseTo(lost, 4);
      }
    });
  }

  it('is what the singular values of a dense layer tell, but for the little that unseen inputs count', () => {
    const { forms, layer, moments } = prepare(LAYERS.dense);
    for (const form of forms) {
      expect(lostVariance(layer, form.operators(), moments)).toBeCloseTo(form.lost, 3);
    }
  });

  it('is nothing of outputs that never change', () => {
    const prepared = prepare(LAYERS.dense);
    const still = { ...prepared, data: prepared.data.fill(1) };
    const [moments] = patchMoments(still.graph, [still.layer], rowsOf(still.data), 1);
    const [form] = formsOf(still.layer, moments).forms;
    expect(lostVariance(still.layer, form.operators(), moments)).toBeCloseTo(0, 12);
    const after = replaced({ ...still, moments }, form);
    expect(farthest(outputsOf(after, still.data), outputsOf(still.graph, still.data))).toBeLessThan(1e-5);
  });
});

describe('windowLayers', () => {
  it('leaves out weights that two layers read, groups, and what is not finite', () => {
    const graph = graphOf((b) => {
      const x = b.in('x', 1, 4, 4, 4);
      const weights = b.const('w', [4, 1, 1, 4]);
      const attributes = { padding: 'same', strides: [1, 1], dilations: [1, 1], activation: 'none' } as const;
      const first = b.add('conv_2d', 'shared', attributes, [x, weights]);
      const second = b.add('conv_2d', 'shared again', attributes, [first, weights]);
      const grouped = b.conv('groups', second, 4, 3, { groups: 2 });
      const own = b.conv('own', grouped, 2, 1);
      return [b.conv('broken', own, 1, 1, { weights: [1, Number.NaN] })];
    });
    expect(windowLayers(graph).map(({ node }) => node.name)).toEqual(['own']);
  });
});
