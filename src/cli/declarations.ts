/** The options, examples and actions of all commands. */

import type { Command } from 'commander';
import type { CommandName } from './command-list.ts';
import { declareCollect } from './commands/board/collect-command.ts';
import { declareFlash } from './commands/board/flash-command.ts';
import { declareMonitor } from './commands/board/monitor-command.ts';
import { declareVerify } from './commands/board/verify-command.ts';
import { declareCheck } from './commands/check-command.ts';
import { declareClean } from './commands/clean-command.ts';
import { declareCompress } from './commands/compress-command.ts';
import { declareConvert } from './commands/convert-command.ts';
import { declareDataset } from './commands/dataset-command.ts';
import { declareDiff } from './commands/diff-command.ts';
import { declareDoctor } from './commands/doctor-command.ts';
import { declareEvaluate } from './commands/evaluate-command.ts';
import { declareExplain } from './commands/explain-command.ts';
import { declareExportC } from './commands/export-c-command.ts';
import { declareFeatures } from './commands/features-command.ts';
import { declareInit } from './commands/init-command.ts';
import { declareInspect } from './commands/inspect-command.ts';
import type { Perform } from './commands/perform.ts';
import { declarePredict } from './commands/predict-command.ts';
import { declareQuantize } from './commands/quantize-command.ts';
import { declareReport } from './commands/report-command.ts';
import { declareRun } from './commands/run-command.ts';
import { declareSearch } from './commands/search-command.ts';
import { declareTrain } from './commands/train-command.ts';
import { declareWorker } from './commands/worker-command.ts';

/** Gives a command what it has beside its name and description. */
type Declare = (command: Command, perform: Perform) => void;

export const DECLARATIONS: Readonly<Record<CommandName, Declare>> = {
  run: declareRun,
  init: declareInit,
  clean: declareClean,
  collect: declareCollect,
  dataset: declareDataset,
  train: declareTrain,
  compress: declareCompress,
  quantize: declareQuantize,
  convert: declareConvert,
  evaluate: declareEvaluate,
  search: declareSearch,
  report: declareReport,
  'export-c': declareExportC,
  features: declareFeatures,
  predict: declarePredict,
  inspect: declareInspect,
  flash: declareFlash,
  verify: declareVerify,
  monitor: declareMonitor,
  doctor: declareDoctor,
  explain: declareExplain,
  check: declareCheck,
  diff: declareDiff,
  worker: declareWorker,
};
