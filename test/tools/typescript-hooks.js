/**
 * In a process that imports this, Node itself loads the modules of src, with their types taken out. Its threads cannot: what
 * they run has to be built.
 */

import { register } from 'node:module';
import { isMainThread } from 'node:worker_threads';

if (isMainThread) register('./typescript-loader.js', import.meta.url);
