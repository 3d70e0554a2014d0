/** The entry of a worker thread of training. */

import { workerData } from 'node:worker_threads';
import { serve } from './serve.ts';
import type { CrewTask } from './training-threads.ts';

await serve(workerData as CrewTask);
