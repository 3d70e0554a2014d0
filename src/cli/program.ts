/** All commands with their options, as commander knows them; what they do is handed in. */

import { Command, Option, type OutputConfiguration } from 'commander';
import { VERSION } from '../core/version.ts';
import { declareCollect } from './commands/board/collect-command.ts';
import { declareFlash } from './commands/board/flash-command.ts';
import { declareMonitor } from './commands/board/monitor-command.ts';
import { declareVerify } from './commands/board/verify-command.ts';
import { declareCheck } from './commands/check-command.ts';
import { declareClean } from './commands/clean-command.ts';
import { commandLineError } from './commands/command-line-error.ts';
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

const DECLARATIONS = [
  declareRun,
  declareInit,
  declareClean,
  declareCollect,
  declareDataset,
  declareTrain,
  declareCompress,
  declareQuantize,
  declareConvert,
  declareEvaluate,
  declareSearch,
  declareReport,
  declareExportC,
  declareFeatures,
  declarePredict,
  declareInspect,
  declareFlash,
  declareVerify,
  declareMonitor,
  declareDoctor,
  declareExplain,
  declareCheck,
  declareDiff,
  declareWorker,
];

const EXAMPLES = `
Examples:
  $ tinyml run                     everything, from data to C array
  $ tinyml train --epochs 100      one stage; what it reads is made first where it is missing
  $ tinyml convert --int8 -o sine.tflite
  $ tinyml inspect sine.tflite     operators, cost, and where the bytes go
  $ tinyml export-c sine.tflite --style arduino -o sketch
  $ tinyml search --fit flash=12k  better networks within limits
  $ tinyml report                  one HTML page of all of it

Without a tinyml.config.json, here or in a folder above, the commands work on the built-in project, y = sin(x)·√x.
`;

/** Every command has it; where another format is chosen, there is no JSON. */
function jsonOption(): Option {
  return new Option('--json', 'print one JSON object').conflicts('format');
}

/** Commands that read a project file; `init` writes one. */
const OF_PROJECTS: ReadonlySet<string> = new Set([
  'run',
  'dataset',
  'train',
  'compress',
  'quantize',
  'convert',
  'evaluate',
  'search',
  'report',
  'export-c',
  'inspect',
  'doctor',
  'check',
  'clean',
]);

function configOption(): Option {
  return new Option(
    '--config <file>',
    'the project file, whose folder is the project (default: tinyml.config.json here, or in a folder above)',
  );
}

/** Lets help and version end as they do; everything else is an error of ours. */
function refuseFor(command: Command, name: string): void {
  command.exitOverride((error) => {
    throw error.exitCode === 0 || error.code === 'commander.help' ? error : commandLineError(error, name);
  });
}

/** Where help goes, and what goes wrong before there is a command. */
export type ProgramOutput = Required<Pick<OutputConfiguration, 'writeOut' | 'writeErr'>>;

/** The program; `perform` makes work of what a command is to do. */
export function createProgram(output: ProgramOutput, perform: Perform): Command {
  const program = new Command('tinyml')
    .description('TinyML from dataset to C array, without Python; what it prints is what the chip computes.')
    .version(VERSION, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    .addHelpText('after', EXAMPLES)
    .showSuggestionAfterError()
    .configureOutput({
      ...output,
      // Commander's own words come as an error, and are told as all errors are.
      outputError: () => {},
    });
  refuseFor(program, 'tinyml');
  for (const declare of DECLARATIONS) declare(program, perform);
  for (const command of program.commands) {
    if (OF_PROJECTS.has(command.name())) command.addOption(configOption());
    command
      .copyInheritedSettings(program)
      .addOption(jsonOption())
      .helpOption('-h, --help', 'print this help');
    refuseFor(command, `tinyml ${command.name()}`);
  }
  return program;
}
