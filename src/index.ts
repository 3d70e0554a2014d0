/** tinyml for programs on Node: everything that runs anywhere (`browser.ts`), and disk, threads and TensorFlow.js. */

export * from './browser.ts';

/** Artifacts and large files on disk. What is written is whole or not there. */

export { diskStore } from './artifacts/disk-store.ts';
export { openInputFile, readInputFile, writeFileInPieces, writeFileWhole } from './artifacts/files.ts';

/** What a `WorkContext` or a `Pipeline` may be lent: worker threads, and TensorFlow.js as a training engine. */

export { workerThreads } from './models/run/spread/worker-threads.ts';
export { tfjsTrainer } from './training/tfjs/tfjs-trainer.ts';

/** What the commands print with `--json`. */

export type { CheckJson } from './cli/actions/check-action.ts';
export type { ConvertJson } from './cli/actions/convert-action.ts';
export type { DiffJson } from './cli/actions/diff-action.ts';
export type { ExplainJson } from './cli/actions/explain-action.ts';
export type { ExportJson } from './cli/actions/export-c-action.ts';
export type { InitJson } from './cli/actions/init-action.ts';
export type { InspectJson } from './cli/actions/inspect-action.ts';
export type { PredictJson } from './cli/actions/predict-action.ts';
export type { RunJson } from './cli/actions/run-action.ts';
export type { StageJson } from './cli/actions/stage-action.ts';
export type { VerifyJson } from './cli/actions/verify-action.ts';
