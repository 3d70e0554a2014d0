/** The entry of the thread of an `OtherCore`. */

import { workerData } from 'node:worker_threads';
import { openCompiledSession } from '../../../src/training/compiled/session.ts';
import { trainingSamples } from '../../../src/training/samples/sample-stream.ts';
import { NETWORKS, networkJob } from '../networks.ts';
import { ORDER, type OtherCoreTask, WORD } from './other-core.ts';

/** So few that it stops soon once it is told to. */
const SAMPLES = 64;
const WARM_EPOCHS = 30;

const { network, words: buffer } = workerData as OtherCoreTask;
const words = new Int32Array(buffer);
const job = networkJob(NETWORKS[network], SAMPLES);
const session = openCompiledSession(job, 'simd');
const samplesOf = trainingSamples(job);
let epoch = 0;
const train = () => session.trainEpoch(samplesOf(++epoch), job.recipe.learningRate);
while (epoch < WARM_EPOCHS) await train();

function answer(): void {
  let last = Atomics.load(words, WORD.pong);
  while (Atomics.load(words, WORD.order) === ORDER.answer) {
    const asked = Atomics.load(words, WORD.ping);
    if (asked === last) continue;
    last = asked;
    Atomics.store(words, WORD.pong, asked);
  }
}

for (;;) {
  Atomics.store(words, WORD.idle, 1);
  Atomics.wait(words, WORD.order, ORDER.wait);
  Atomics.store(words, WORD.idle, 0);
  while (Atomics.load(words, WORD.order) === ORDER.train) await train();
  answer();
}
