/** tinyml for programs on Node: everything that runs anywhere (`browser.ts`), and disk, threads and TensorFlow.js. */

export * from './browser.ts';

/** Artifacts and large files on disk. What is written is whole or not there. */

export {
  type Cleaned,
  cleanDiskStore,
  type Removed,
  removeTemporaries,
} from './artifacts/clean-disk-store.ts';
export { listDataFiles } from './artifacts/data-files.ts';
export { diskStore } from './artifacts/disk-store.ts';
export { readFailure } from './artifacts/file-errors.ts';
export {
  firstByteOf,
  openInputFile,
  readInputFile,
  writeFileInPieces,
  writeFileWhole,
  writeFolderWhole,
  writeNewFileInPieces,
} from './artifacts/files.ts';
export { lentDiskStores } from './artifacts/lent-stores.ts';
export { openSearchJournal, type SearchIdentity } from './stages/search/search-journal.ts';

/** Trials of a search on several machines, through a queue on Redis. */

export { openQueueRunner } from './stages/search/queue/open-queue-runner.ts';
export type { Served } from './stages/search/queue/serve-trials.ts';
export { workForQueue } from './stages/search/queue/work-for-queue.ts';

/** What a `WorkContext` or a `Pipeline` may be lent: worker threads, and TensorFlow.js as a training engine. */

export { workerThreads } from './models/run/spread/worker-threads.ts';
export { foldThreads } from './stages/folds/fold-threads.ts';
export { threadRunner } from './stages/search/trial-threads.ts';
export { trainingThreads } from './training/compiled/crew/worker-threads.ts';
export { tfjsTrainer } from './training/tfjs/tfjs-trainer.ts';

/** What the commands print with `--json`. */

export type {
  BoardLineJson,
  CheckJson,
  CleanJson,
  CollectJson,
  CompressFileJson,
  CompressJson,
  ConvertJson,
  DiffJson,
  DoctorJson,
  ErrorJson,
  EvaluateJson,
  ExplainJson,
  ExportJson,
  FeaturesJson,
  FlashJson,
  FoldsJson,
  HeardJson,
  InitJson,
  InspectJson,
  MeasuredJson,
  MonitorJson,
  PredictJson,
  ReportJson,
  RunJson,
  SearchJson,
  SketchJson,
  StageJson,
  VerifyJson,
  WorkerJson,
} from './cli/printed-json.ts';
