/** What every number of threads that has a core each gains over one, and what two trainings that share nothing would. */

import { hasSimd } from '../../../src/kernels/simd/simd-instance.ts';
import { trainingThreads } from '../../../src/training/compiled/crew/worker-threads.ts';
import { openCompiledSession } from '../../../src/training/compiled/session.ts';
import { trainingSamples } from '../../../src/training/samples/sample-stream.ts';
import { NETWORKS, type NetworkName, networkJob } from '../networks.ts';
import { atLeast, formatSeconds, type Outcome } from '../row.ts';
import { inTurns, secondsOf } from '../timing.ts';
import { watchHost, withheldText } from '../withheld.ts';
import { OtherCore } from './other-core.ts';

/** Epochs are long beside the time in which a core that slept becomes a fast one, and in turns: what else a machine does hits all alike. */
const SAMPLES = 2048;
/** By then threads have loaded and are judged, and the machine knows the code. */
const WARM_MS = 4000;
/** As many as a training that is worth other threads. */
const MANY_EPOCHS = 1000;
const ROUNDS = { least: 7, most: 31, seconds: 10 } as const;

function epochsOf(network: NetworkName, threads: number) {
  const job = networkJob(NETWORKS[network], SAMPLES);
  const lent = threads === 1 ? undefined : { ...trainingThreads, most: threads };
  const recipe = { ...job.recipe, epochs: MANY_EPOCHS };
  const session = openCompiledSession({ ...job, recipe }, hasSimd() ? 'simd' : 'plain', lent);
  const samplesOf = trainingSamples(job);
  let epoch = 0;
  return {
    run: () => session.trainEpoch(samplesOf(++epoch), recipe.learningRate),
    dispose: () => session.dispose(),
  };
}

async function rowsOf(network: NetworkName, threads: number): Promise<readonly Outcome[]> {
  const { label } = NETWORKS[network];
  const [one, all] = [epochsOf(network, 1), epochsOf(network, threads)];
  const other = threads === 2 && hasSimd() ? new OtherCore(network) : undefined;
  try {
    for (const end = performance.now() + WARM_MS; performance.now() < end; )
      for (const { run } of [one, all]) await run();
    const bodies = [() => secondsOf(one.run), () => secondsOf(all.run)];
    const beside = other === undefined ? [] : [() => other.beside(() => secondsOf(one.run))];
    const withheld = watchHost();
    const { medians, rounds } = await inTurns(ROUNDS, ...bodies, ...beside);
    const kept = withheldText(withheld());
    const [alone, divided, besideOther] = medians;
    const row: Outcome = {
      name: `${label}, one epoch on ${threads} threads, times faster than on one`,
      value: alone / divided,
      unit: '×',
      ...(threads === 2 ? { target: atLeast(1.7) } : {}),
      how: `${SAMPLES} samples: ${formatSeconds(divided)} against ${formatSeconds(alone)}, the same bytes; medians of ${rounds}${kept}`,
    };
    if (other === undefined) return [row];
    const trip = await other.roundTrip();
    const limit: Outcome = {
      name: `${label}, two trainings at once that share nothing, times faster than one behind the other`,
      value: (2 * alone) / besideOther,
      unit: '×',
      how: `an epoch takes ${formatSeconds(besideOther)} beside another one, in the same rounds: what this machine lets two threads gain; a value takes ${Math.round(trip)} ns from one thread to the other and back`,
    };
    return [row, limit];
  } finally {
    all.dispose();
    await other?.close();
  }
}

export async function threadsRows(network: NetworkName): Promise<Outcome[]> {
  const { most } = trainingThreads;
  if (most === 1)
    return [{ name: `${NETWORKS[network].label}, one epoch on threads`, why: 'this machine has one core' }];
  const rows: Outcome[] = [];
  for (let threads = 2; threads <= most; threads++) rows.push(...(await rowsOf(network, threads)));
  return rows;
}
