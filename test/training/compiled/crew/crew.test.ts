import { describe, expect, it } from 'vitest';
import { importKeras } from '../../../../src/formats/keras/import.ts';
import type { HeapKind } from '../../../../src/kernels/training/heap.ts';
import { simplifyFloat } from '../../../../src/models/convert/lower.ts';
import { runPasses } from '../../../../src/passes/pass.ts';
import { preparingPasses } from '../../../../src/passes/pipelines.ts';
import { Crew, type Hands } from '../../../../src/training/compiled/crew/crew.ts';
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

class Watched extends Signals {
  ended = false;

  override end(): void {
    this.ended = true;
    super.end();
  }
}

/** Batches of `alone` and then `together` milliseconds, the first few of them slow; what became of the others. */
function measured(alone: number, together: number, ahead: number, slowly = 0): 'never' | 'kept' | 'let go' {
  const { model, courses } = planTraining(JOB, 4);
  const signals = new Watched(20, 2);
  let started = false;
  const start = (): void => {
    started = true;
    signals.load();
  };
  const crew: Hands = new Crew(courses, openRun(model.plan, 'simd'), { signals, threads: 2, start });
  let behind = 0;
  for (let batch = 0; batch < 400; batch++) {
    crew.measure(!started ? alone : behind++ < slowly ? 3 * alone : together, ahead);
  }
  if (!started) return 'never';
  return signals.ended ? 'let go' : 'kept';
}

describe('a crew', () => {
  it('is hired for batches that take long, where many are ahead', () => {
    expect(measured(2, 1, 1000)).toBe('kept');
    expect(measured(2, 1, 20)).toBe('never');
    expect(measured(0.01, 0.01, 1e6)).toBe('never');
  });

  it('looks at no clock once it has seen that nobody is needed', () => {
    const { model, courses } = planTraining(JOB, 4);
    const others = { signals: new Signals(20, 2), threads: 2, start: () => {} };
    const crew = new Crew(courses, openRun(model.plan, 'simd'), others);
    expect(crew.clock()).toBeGreaterThan(0);
    for (let batch = 0; batch < 20; batch++) crew.measure(0.01, 1e6);
    expect(crew.clock()).toBe(0);
  });

  it('has time to start', () => {
    expect(measured(2, 1.2, 1000, 30)).toBe('kept');
    expect(measured(2, 1.2, 1000, 60)).toBe('let go');
  });

  it('is let go where it saves nothing', () => {
    expect(measured(2, 2.2, 1000)).toBe('let go');
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
  const EPOCHS = { simd: 30, plain: 3 } as const;

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
