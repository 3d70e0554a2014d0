import { describe, expect, it } from 'vitest';
import { importKeras } from '../../../../src/formats/keras/import.ts';
import type { HeapKind } from '../../../../src/kernels/training/heap.ts';
import { simplifyFloat } from '../../../../src/models/convert/lower.ts';
import { runPasses } from '../../../../src/passes/pass.ts';
import { preparingPasses } from '../../../../src/passes/pipelines.ts';
import { Crew } from '../../../../src/training/compiled/crew/crew.ts';
import { Signals } from '../../../../src/training/compiled/crew/signals.ts';
import type { TrainingThreads } from '../../../../src/training/compiled/crew/training-threads.ts';
import { openCompiledSession } from '../../../../src/training/compiled/session.ts';
import { openRun } from '../../../../src/training/compiled/training-heap.ts';
import { planTraining } from '../../../../src/training/compiled/training-plan.ts';
import { openGraphSession } from '../../../../src/training/graph/graph-session.ts';
import { labelObjective } from '../../../../src/training/graph/label-objective.ts';
import { withOwnConstants } from '../../../../src/training/graph/learned-constants.ts';
import { IntegerNumerics } from '../../../../src/training/graph/quantized/integer-numerics.ts';
import { seenRanges } from '../../../../src/training/graph/quantized/seen-ranges.ts';
import type { TrainingSession } from '../../../../src/training/run-epochs.ts';
import { trainingSamples } from '../../../../src/training/samples/sample-stream.ts';
import { builtPackage, IS_BUILT } from '../../../built.ts';
import { jobOf } from '../job.ts';

const JOB = jobOf([{ type: 'Dense', units: 3 }], [4], {});

interface Machine {
  /** Milliseconds of a batch, of a training that has gone on for so long. */
  alone(at: number): number;
  together(at: number): number;
}

const steady = (alone: number, together: number): Machine => ({
  alone: () => alone,
  together: () => together,
});

interface Trained {
  /** Milliseconds of all batches. */
  readonly ms: number;
  /** The share of batches that others helped with. */
  readonly helped: number;
  /** At the end: for most of the last tenth. */
  readonly isTogether: boolean;
}

/** Batches of made-up times; others load at once. */
function trained(machine: Machine, batches: number, ahead = batches, restRows = 4): Trained {
  const { model, courses } = planTraining(JOB, 4);
  const run = openRun(model.plan, 'simd');
  const signals = new Signals(20, 2);
  const crew = new Crew(courses, run, { signals, threads: 2, start: () => signals.load() });
  let [ms, helped, late] = [0, 0, 0];
  for (let batch = 1; batch <= batches; batch++) {
    run.rows = batch % 3 === 0 ? restRows : 4;
    const { isTogether } = crew;
    const took = (isTogether ? machine.together(ms) : machine.alone(ms)) * (run.rows / 4);
    crew.measure(took, ahead);
    ms += took;
    if (isTogether) helped++;
    if (isTogether && batch > 0.9 * batches) late++;
  }
  return { ms, helped: helped / batches, isTogether: late > batches / 20 };
}

/** `busy` times the milliseconds up to a moment. */
const until = (moment: number, busy: number, ms: number) => (at: number) => (at < moment ? busy * ms : ms);

describe('a crew', () => {
  it('is hired for batches that take long, where many are ahead', () => {
    expect(trained(steady(2, 1), 1000).isTogether).toBe(true);
    expect(trained(steady(2, 1), 1000).helped).toBeGreaterThan(0.9);
    expect(trained(steady(2, 1), 1000, 20).helped).toBe(0);
    expect(trained(steady(0.01, 0.01), 1e5, 1e6).helped).toBe(0);
  });

  it('has time to start', () => {
    expect(trained({ alone: () => 2, together: until(150, 6, 1.2) }, 300).isTogether).toBe(true);
  });

  it.each([2.2, 6, 60])('costs next to nothing where batches of 2 ms take %d together', (together) => {
    const { ms, isTogether } = trained(steady(2, together), 10_000);
    expect(isTogether).toBe(false);
    expect(ms / 20_000).toBeLessThan(1.07);
  });

  it('is not given up for a moment in which others had no core', () => {
    const { helped, isTogether } = trained({ alone: () => 2, together: until(400, 10, 1.2) }, 5000);
    expect(isTogether).toBe(true);
    expect(helped).toBeGreaterThan(0.5);
  });

  it('is let go where others lose their core, and comes back with it', () => {
    const machine = (end: number): Machine => ({
      alone: () => 2,
      together: (at) => (at > 1000 && at < end ? 5 : 1.2),
    });
    expect(trained(machine(Infinity), 10_000).isTogether).toBe(false);
    expect(trained(machine(9000), 20_000).isTogether).toBe(true);
  });

  it('comes back soon, however often it was found to be faster before it was let go', () => {
    const together = (at: number): number => (at > 20_000 && at < 22_000 ? 5 : 1.2);
    expect(trained({ alone: () => 2, together }, 40_000).helped).toBeGreaterThan(0.93);
  });

  it('is judged by most blocks of batches, whatever some of them met', () => {
    let batch = 0;
    const hiccup = (ms: number) => () => (batch++ % 40 === 0 ? 20 * ms : ms);
    const often = trained({ alone: hiccup(2), together: hiccup(1.2) }, 5000);
    expect(often.helped).toBeGreaterThan(0.9);
  });

  it.each([2, 12])('is judged by full batches, of %d ms', (ms) => {
    expect(trained(steady(ms, 1.1 * ms), 1000, 1000, 1).isTogether).toBe(false);
    expect(trained(steady(ms, 0.8 * ms), 1000, 1000, 1).isTogether).toBe(true);
  });

  it('looks at no clock once it has seen that nobody is needed', () => {
    const { model, courses } = planTraining(JOB, 4);
    const others = { signals: new Signals(20, 2), threads: 2, start: () => {} };
    const crew = new Crew(courses, openRun(model.plan, 'simd'), others);
    expect(crew.clock()).toBeGreaterThan(0);
    for (let batch = 0; batch < 20; batch++) crew.measure(0.01, 1e6);
    expect(crew.clock()).toBe(0);
  });

  it('that cannot start leaves the first thread alone', () => {
    const { model, courses } = planTraining(JOB, 4);
    const run = openRun(model.plan, 'simd');
    const crew = new Crew(courses, run, {
      signals: new Signals(20, 2),
      threads: 2,
      start: () => {
        throw new RangeError('no room');
      },
    });
    for (let batch = 0; batch < 40; batch++) crew.measure(2, 1000);
    crew.run('forward');
    crew.end();
  });
});

describe.skipIf(!IS_BUILT)('compiled threads ("npm run build" makes them)', () => {
  const IMAGE = [12, 12, 3];
  const job = jobOf(
    [
      { type: 'Conv2D', filters: 24, kernelSize: [3, 3], padding: 'same' },
      { type: 'BatchNormalization' },
      { type: 'DepthwiseConv2D', kernelSize: [3, 3], activation: 'relu' },
      { type: 'Conv2D', filters: 20, kernelSize: [3, 3], activation: 'relu' },
      { type: 'Dropout', rate: 0.2 },
      { type: 'GlobalAveragePooling2D' },
      { type: 'Dense', units: 3 },
    ],
    IMAGE,
    { optimizer: 'adam', epochs: 1_000_000 },
  );

  type Open = (kind: HeapKind, lent: TrainingThreads) => TrainingSession;
  const EPOCHS = { simd: 30, plain: 5 } as const;

  /** What some epochs learn, and whether others came to help meanwhile. */
  async function learned(
    open: Open,
    most: number,
    kind: HeapKind,
  ): Promise<[readonly Float32Array[], boolean]> {
    const { trainingThreads } = await builtPackage();
    let helped = false;
    const session = open(kind, {
      most,
      start(task) {
        trainingThreads.start(task);
        const signals = new Signals(task.signals, task.threads);
        // Until it has loaded; how fast a machine is must not decide what is tested.
        const clock = new Int32Array(new SharedArrayBuffer(4));
        for (const end = Date.now() + 20_000; signals.loaded === 0 && Date.now() < end; )
          Atomics.wait(clock, 0, 0, 5);
        helped = signals.loaded > 0;
      },
    });
    const samplesOf = trainingSamples(job);
    for (let epoch = 1; epoch <= EPOCHS[kind]; epoch++) await session.trainEpoch(samplesOf(epoch), 0.01);
    await session.validate();
    const weights = session.weights().map(({ data }) => data);
    session.dispose();
    return [weights, helped];
  }

  async function expectSameBytes(open: Open, kind: HeapKind): Promise<void> {
    const [alone] = await learned(open, 1, kind);
    for (const threads of [2, 3]) {
      const [weights, helped] = await learned(open, threads, kind);
      expect(helped).toBe(true);
      expect(weights).toStrictEqual(alone);
    }
  }

  it.each(['simd', 'plain'] as const)('learn the bytes of one: %s', (kind) =>
    expectSameBytes((_, lent) => openCompiledSession(job, kind, lent), kind),
  );

  it('learn the bytes of one with the integers of a graph', () => {
    const { topology, initialWeights: weights, train, recipe } = job;
    const float = simplifyFloat(importKeras({ topology, weights }));
    const graph = withOwnConstants(runPasses(float, preparingPasses));
    const ranges = seenRanges(graph, train.x, 8);
    const choices = { ranges, densePerChannel: false, int4: new Set<number>(), frozenFrom: 9 };
    return expectSameBytes((kind, lent) => {
      const numerics = new IntegerNumerics(graph, { ...choices, learnsScales: true, learnsRanges: false });
      const { twin } = numerics;
      return openGraphSession(
        { ...job, graph: twin },
        labelObjective(twin, recipe.loss),
        kind,
        numerics,
        lent,
      );
    }, 'simd');
  });
});
