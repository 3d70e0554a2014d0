import { describe, expect, it } from 'vitest';
import { createRandom } from '../../../src/core/random.ts';
import { elementCount } from '../../../src/core/tensor.ts';
import { arrayRecords } from '../../../src/data/records/records.ts';
import { type Graph, getValue } from '../../../src/ir/graph.ts';
import { judgedValues, settler } from '../../../src/models/quantize/judged-values.ts';
import { parseRecipe, RECIPES } from '../../../src/models/quantize/method-names.ts';
import { quantizeGraph } from '../../../src/models/quantize/quantize-graph.ts';
import { runReal } from '../../../src/models/run/real-runner.ts';
import { sqnr } from '../../../src/models/score/sqnr.ts';
import type { TypeChoice } from '../../../src/passes/quantize/types/activation-types.ts';
import { graphOf } from '../../passes/run-pass.ts';

function records(graph: Graph, count: number, seed: number) {
  const random = createRandom(seed, 'records');
  const { shape } = getValue(graph, graph.inputs[0]).type;
  const data = Float32Array.from({ length: count * elementCount(shape) }, () => random.normal());
  return { shape: [count, ...shape.slice(1)], data };
}

const network = graphOf((b) => {
  const maps = b.conv('conv', b.in('x', 1, 8, 8, 3), 8, 3, { activation: 'relu' });
  const deep = b.conv('point', b.depthwise('depthwise', maps, 1, 3, { activation: 'relu' }), 12, 1);
  const flat = b.add('mean', 'mean', { axes: [1, 2], keepDims: false }, [deep]);
  return [b.dense('dense', b.dense('hidden', flat, 10, 'relu'), 4)];
});

async function decibels(
  method: Parameters<typeof quantizeGraph>[2]['method'],
  activations: TypeChoice = 'int8',
): Promise<number> {
  const calibration = arrayRecords(records(network, 64, 1));
  const { int8 } = await quantizeGraph(
    network,
    calibration,
    { method, densePerChannel: false, activations },
    {},
  );
  const test = records(network, 64, 2);
  return sqnr(runReal(int8, test).data, runReal(network, test).data);
}

describe('quantizeGraph', () => {
  it('is better by default than what TensorFlow does', async () => {
    const [plain, whole] = [await decibels('tensorflow'), await decibels('default')];
    expect(whole).toBeGreaterThan(plain + 2);
  });

  it('is better in int16, where every method has its share', async () => {
    const whole = await decibels('default', 'int16');
    expect(whole).toBeGreaterThan((await decibels('default')) + 6);
    for (const part of ['equalize-channels', 'headroom', 'compensated-rounding'] as const) {
      const others = RECIPES.default.filter((name) => name !== part);
      expect(whole, part).toBeGreaterThan(await decibels(others, 'int16'));
    }
  });

  it('gives the same bytes again', async () => {
    const run = () =>
      quantizeGraph(
        network,
        arrayRecords(records(network, 40, 1)),
        { method: 'default', densePerChannel: true },
        {},
      );
    expect((await run()).int8).toEqual((await run()).int8);
  });

  it('says which methods were left out', async () => {
    const calibration = arrayRecords(records(network, 8, 1));
    const { methods } = await quantizeGraph(
      network,
      calibration,
      { method: 'default', densePerChannel: false },
      {},
    );
    expect(methods).toEqual(RECIPES.default);
  });
});

describe('judgedValues', () => {
  it('looks in front of a softmax', () => {
    const graph = graphOf((b) => {
      const logits = b.dense('logits', b.in('x', 1, 5), 4);
      const shaped = b.add('reshape', 'flat', { newShape: [4] }, [logits]);
      return [b.add('softmax', 'softmax', { beta: 1 }, [shaped]), logits];
    });
    const [logits, ,] = graph.nodes.map(({ outputs }) => outputs[0]);
    const [softmax] = judgedValues(graph);
    expect([softmax, judgedValues(graph)[1]]).toEqual([graph.nodes[2].inputs[0], logits]);
  });
});

describe('settler', () => {
  const far = Float32Array.of(-20, -3, 6, 7);
  const end = Math.fround(Math.log(511));

  it('ends where int8 sees no more change behind a sigmoid', () => {
    const graph = graphOf((b) => [b.add('logistic', 'sigmoid', {}, [b.dense('logit', b.in('x', 1, 5), 4)])]);
    const [logit] = judgedValues(graph);
    expect([...settler(graph)(logit, far)]).toEqual([-end, -3, 6, end]);
  });

  it('leaves what an output shows, and what a softmax reads', () => {
    const graph = graphOf((b) => {
      const logits = b.dense('logits', b.in('x', 1, 5), 4);
      return [b.add('logistic', 'sigmoid', {}, [logits]), logits];
    });
    const [logits] = judgedValues(graph);
    expect(settler(graph)(logits, far)).toBe(far);
    const classes = graphOf((b) => [
      b.add('softmax', 'softmax', { beta: 1 }, [b.dense('l', b.in('x', 1, 5), 4)]),
    ]);
    expect(settler(classes)(judgedValues(classes)[0], far)).toBe(far);
  });
});

describe('parseRecipe', () => {
  it('knows recipes and methods', () => {
    expect(parseRecipe('fast')).toBe('fast');
    expect(parseRecipe('headroom, bias-correction')).toEqual(['headroom', 'bias-correction']);
    expect(() => parseRecipe('magic')).toThrow('There is no method "magic" of quantization');
  });

  it('refuses methods that decide the same', () => {
    expect(() => parseRecipe('weighted-mse-weights,mse-weights')).toThrow(
      'mse-weights and weighted-mse-weights both decide the scales of weights',
    );
  });
});
