/** What all cores gain over one in quantization-aware training. */

import { hasSimd } from '../../src/kernels/simd/simd-instance.ts';
import { simplifyFloat } from '../../src/models/convert/lower.ts';
import { runPasses } from '../../src/passes/pass.ts';
import { preparingPasses } from '../../src/passes/pipelines.ts';
import type { TrainingThreads } from '../../src/training/compiled/crew/training-threads.ts';
import { trainingThreads } from '../../src/training/compiled/crew/worker-threads.ts';
import { openGraphSession } from '../../src/training/graph/graph-session.ts';
import { withOwnConstants } from '../../src/training/graph/learned-constants.ts';
import { logitObjective } from '../../src/training/graph/logit-objective.ts';
import { IntegerNumerics } from '../../src/training/graph/quantized/integer-numerics.ts';
import { seenRanges } from '../../src/training/graph/quantized/seen-ranges.ts';
import { trainingSamples } from '../../src/training/samples/sample-stream.ts';
import { untrainedGraph } from './convert.ts';
import { NETWORKS, type NetworkName, networkJob } from './networks.ts';
import { atLeast, formatSeconds, type Outcome } from './row.ts';
import { inTurns, secondsOf } from './timing.ts';

const SAMPLES = 2000;
/** By then threads have loaded, and the machine knows the code. */
const WARM_EPOCHS = 3;

function openIntegers(network: NetworkName, lent?: TrainingThreads) {
  const job = networkJob(NETWORKS[network], SAMPLES);
  const { recipe, train } = job;
  const graph = withOwnConstants(
    runPasses(simplifyFloat(untrainedGraph(NETWORKS[network])), preparingPasses),
  );
  const numerics = new IntegerNumerics(graph, {
    ranges: seenRanges(graph, train.x, 100),
    densePerChannel: false,
    learnsScales: false,
    int4: new Set(),
    frozenFrom: recipe.epochs,
    learnsRanges: false,
  });
  const { twin } = numerics;
  const kind = hasSimd() ? 'simd' : 'plain';
  const session = openGraphSession(
    { ...job, graph: twin },
    logitObjective(twin, recipe.loss),
    kind,
    numerics,
    lent,
  );
  const samplesOf = trainingSamples(job);
  let epoch = 0;
  return {
    run: () => session.trainEpoch(samplesOf(++epoch), recipe.learningRate),
    dispose: () => session.dispose(),
  };
}

/** An epoch on all threads against one on one, the same bytes. */
export async function integerThreadsRow(network: NetworkName): Promise<Outcome> {
  const { most } = trainingThreads;
  const name = `${NETWORKS[network].label} with the integers of the chip, one epoch on ${most} threads, times faster than on one`;
  if (most === 1) return { name, why: 'this machine has one core' };
  const [one, all] = [openIntegers(network), openIntegers(network, trainingThreads)];
  for (let epoch = 0; epoch < WARM_EPOCHS; epoch++) for (const { run } of [one, all]) await run();
  const { medians, rounds } = await inTurns(
    { least: 7, most: 15, seconds: 15 },
    () => secondsOf(one.run),
    () => secondsOf(all.run),
  );
  all.dispose();
  const [alone, divided] = medians;
  return {
    name,
    value: alone / divided,
    unit: '×',
    target: atLeast(1.5),
    how: `${SAMPLES} samples: ${formatSeconds(divided)} against ${formatSeconds(alone)}; medians of ${rounds}`,
  };
}
