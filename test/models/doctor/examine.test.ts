import { beforeAll, describe, expect, it } from 'vitest';
import type { ChannelFinding } from '../../../src/models/doctor/channel-findings.ts';
import { type Examination, examine } from '../../../src/models/doctor/examine.ts';
import { graphOf } from '../../passes/run-pass.ts';
import { lstmGraph } from '../convert/lstm-graph.ts';
import {
  DEAD_CHANNEL,
  normalRecords,
  OUTLIER,
  prepared,
  STARVED_CHANNEL,
  troubledNetwork,
  WIDE_CHANNEL,
  WIDTH,
} from './troubled-network.ts';

const FORM = { io: 'int8', library: 'tflm', arenaTarget: 'cortex-m-cmsis-nn' } as const;
const PLAIN = { method: 'tensorflow', densePerChannel: false } as const;

function examined(graph: ReturnType<typeof prepared>, signal?: AbortSignal): Promise<Examination> {
  const patient = {
    ...FORM,
    prepare: () => graph,
    calibration: normalRecords(graph, 48, 1),
    held: normalRecords(graph, 32, 2),
    now: PLAIN,
  };
  return examine(patient, { signal });
}

describe('examine: a network in which everything is wrong', () => {
  let found: Examination;
  beforeAll(async () => {
    found = await examined(prepared(troubledNetwork()));
  });

  const channelsOf = (layer: string, finding: ChannelFinding['finding']) =>
    found.channels.find((one) => one.layer === layer && one.finding === finding);

  it('names the channel that a ReLU keeps shut', () => {
    expect(channelsOf('features', 'dead')?.channels).toEqual([DEAD_CHANNEL]);
  });

  it('names the channel that reaches too far, and those that are lost beside it', () => {
    const wide = channelsOf('reach', 'wide');
    expect(wide?.channels).toEqual([WIDE_CHANNEL]);
    expect(wide?.times).toBeGreaterThan(WIDTH / 3);
    expect(channelsOf('reach', 'lost')?.channels).toEqual([0, 1, 2, 3, 4, 6, 7]);
  });

  it('names the nearly dead channel, and the weights that batch normalization stretched for it', () => {
    expect(channelsOf('mix', 'lost')?.channels).toEqual([STARVED_CHANNEL]);
    const [stretched] = found.weights;
    expect(stretched).toMatchObject({ layer: 'hidden', inputChannel: STARVED_CHANNEL, weights: 16 });
    expect(stretched.times).toBeGreaterThan(500);
  });

  it('names the one weight that rules a scale', () => {
    const { unit, input } = OUTLIER;
    expect(found.weights[1]).toMatchObject({
      layer: 'hidden',
      weights: 1,
      outputChannel: unit,
      inputChannel: input,
    });
  });

  it('finds nothing else', () => {
    expect(found.weights.length).toBe(2);
    expect(found.channels.filter(({ finding }) => finding === 'wide').length).toBe(1);
  });

  it('measures where the noise comes from', () => {
    const { budget, layers } = found;
    expect(budget.allDb).toBeLessThan(3);
    expect(Math.abs((budget.simulatedDb ?? 0) - (budget.allDb ?? 0))).toBeLessThan(1);
    expect(budget.inputDb).toBeGreaterThan(40);
    const worst = layers.reduce((a, b) => ((b.floatGainDb ?? 0) > (a.floatGainDb ?? 0) ? b : a));
    expect(worst.layer).toBe('reach');
    const heavy = layers.reduce((a, b) => ((b.weightsDb ?? 99) < (a.weightsDb ?? 99) ? b : a));
    expect(heavy.layer).toBe('hidden');
  });

  it('recommends what regains what plain int8 lost', () => {
    const cure = found.recommendation?.cure;
    expect(found.cures[0]).toMatchObject({ kind: 'now', method: 'tensorflow' });
    expect(cure?.sqnrDb).toBeGreaterThan(30);
    expect(found.recommendation?.gainDb).toBeGreaterThan(30);
  });
});

describe('examine: a sound network', () => {
  const graph = graphOf((b) => [b.dense('scores', b.dense('hidden', b.in('x', 1, 6), 8, 'relu'), 3)]);

  it('says nothing against its weights, and recommends no change that brings nothing', async () => {
    const { weights, recommendation, cures, channels } = await examined(prepared(graph));
    expect(weights).toEqual([]);
    expect(channels.filter(({ finding }) => finding !== 'dead')).toEqual([]);
    const today = cures[0];
    const sqnr = 'refusal' in today ? 0 : (today.sqnrDb ?? 0);
    const chosen = recommendation?.cure.sqnrDb ?? sqnr + 1;
    expect(chosen).toBeGreaterThanOrEqual(sqnr + 1);
  });

  it('says nothing of the zeros with which the states of a recurrent layer begin', async () => {
    const graph = prepared(lstmGraph({ steps: 4, gives: 'last' }));
    expect(graph.nodes.map(({ kind }) => kind)).toContain('assign_variable');
    const { layers, tensors, channels } = await examined(graph);
    const operators = layers.map(({ operator }) => operator);
    expect(operators).toContain('UNIDIRECTIONAL_SEQUENCE_LSTM');
    expect(operators).not.toContain('ASSIGN_VARIABLE');
    expect(tensors.filter(({ unusedShare }) => unusedShare === 1)).toEqual([]);
    expect(channels).toEqual([]);
  });

  it('stops when it is told to', async () => {
    await expect(examined(prepared(graph), AbortSignal.abort())).rejects.toMatchObject({
      code: 'interrupted',
    });
  });
});

describe('examine: a sigmoid that is sure of everything', () => {
  it('does not count as noise what no output shows', async () => {
    const graph = prepared(
      graphOf((b) => {
        const weights = Array.from({ length: 8 }, (_, i) => 12 - 3 * i);
        const logit = b.add('fully_connected', 'logit', { activation: 'none', keepNumDims: false }, [
          b.in('x', 1, 8),
          b.const('w', [1, 8], weights),
          b.const('b', [1]),
        ]);
        return [b.add('logistic', 'sigmoid', {}, [logit])];
      }),
    );
    const { budget, layers } = await examined(graph);
    for (const db of [budget.allDb, budget.simulatedDb, layers[0].accumulatedDb])
      expect(db).toBeGreaterThan(25);
    expect(budget.outputDb).toBeGreaterThan(40);
  });
});
