/** What a process needs that runs a command line: one import, since each costs the reading of a file. */

export { discardAll } from '../artifacts/unfinished.ts';
export { EXIT_CODES } from '../core/errors.ts';
export { main } from './main.ts';
