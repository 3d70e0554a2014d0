/** The options, examples and actions of all commands, each loaded where its command is called. */

import type { Command } from 'commander';
import type { CommandName } from './command-list.ts';
import type { Perform } from './commands/perform.ts';

/** Gives a command what it has beside its name and description. */
type Declare = (command: Command, perform: Perform) => void;

export const DECLARATIONS: Readonly<Record<CommandName, () => Promise<Declare>>> = {
  run: async () => (await import('./commands/run-command.ts')).declareRun,
  init: async () => (await import('./commands/init-command.ts')).declareInit,
  clean: async () => (await import('./commands/clean-command.ts')).declareClean,
  collect: async () => (await import('./commands/board/collect-command.ts')).declareCollect,
  dataset: async () => (await import('./commands/dataset-command.ts')).declareDataset,
  train: async () => (await import('./commands/train-command.ts')).declareTrain,
  compress: async () => (await import('./commands/compress-command.ts')).declareCompress,
  quantize: async () => (await import('./commands/quantize-command.ts')).declareQuantize,
  convert: async () => (await import('./commands/convert-command.ts')).declareConvert,
  evaluate: async () => (await import('./commands/evaluate-command.ts')).declareEvaluate,
  search: async () => (await import('./commands/search-command.ts')).declareSearch,
  report: async () => (await import('./commands/report-command.ts')).declareReport,
  'export-c': async () => (await import('./commands/export-c-command.ts')).declareExportC,
  features: async () => (await import('./commands/features-command.ts')).declareFeatures,
  predict: async () => (await import('./commands/predict-command.ts')).declarePredict,
  inspect: async () => (await import('./commands/inspect-command.ts')).declareInspect,
  flash: async () => (await import('./commands/board/flash-command.ts')).declareFlash,
  verify: async () => (await import('./commands/board/verify-command.ts')).declareVerify,
  monitor: async () => (await import('./commands/board/monitor-command.ts')).declareMonitor,
  doctor: async () => (await import('./commands/doctor-command.ts')).declareDoctor,
  explain: async () => (await import('./commands/explain-command.ts')).declareExplain,
  check: async () => (await import('./commands/check-command.ts')).declareCheck,
  diff: async () => (await import('./commands/diff-command.ts')).declareDiff,
  worker: async () => (await import('./commands/worker-command.ts')).declareWorker,
};
