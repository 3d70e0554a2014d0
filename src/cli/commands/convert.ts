import { type Command, Option } from 'commander';
import { collectNames, given } from '../arguments.ts';
import type { CliIo } from '../io.ts';

interface ConvertFlags {
  readonly int8?: boolean;
  readonly float?: boolean;
  readonly io?: 'int8' | 'float';
  readonly densePerChannel?: boolean;
  readonly library?: 'tflm' | 'arduino-tflm' | 'chirale';
  readonly output?: string;
  readonly calibration?: string;
  readonly dumpIr?: string;
  readonly tflmOnly?: boolean;
  readonly plan?: 'offline';
  /** commander files `--no-pass <name>` under `pass`. */
  readonly pass: readonly string[];
  readonly json?: boolean;
}

async function convertProject(io: CliIo, flags: ConvertFlags, type: string | undefined): Promise<void> {
  const { runStageCommand } = await import('../stage-command.ts');
  const { publishFile } = await import('../publish.ts');
  const { io: ioType, densePerChannel, library, output, json } = flags;
  const overrides = given({ type, io: ioType, densePerChannel, library });
  await runStageCommand(io, 'convert', overrides, json === true, ({ outcome }) =>
    output === undefined ? [] : [publishFile(io, outcome.artifact, 'model.tflite', output)],
  );
}

export function registerConvert(program: Command, io: CliIo): void {
  program
    .command('convert')
    .description("Write a .tflite file: the project's model, or any Keras, TensorFlow.js or .tflite file.")
    .argument('[model]', "model file; without it, the project's model")
    .addOption(new Option('--int8', 'int8 weights and activations (default)').conflicts('float'))
    .addOption(new Option('--float', 'float32, not quantized').conflicts('int8'))
    .addOption(
      new Option('--io <type>', 'type of the inputs and outputs of an int8 model').choices(['int8', 'float']),
    )
    .option('--dense-per-channel', 'one weight scale per unit of Dense layers')
    .option('--no-dense-per-channel', 'one weight scale per Dense layer')
    .addOption(
      new Option(
        '--library <library>',
        'what will run an int8 model; decides what stands for a mean',
      ).choices(['tflm', 'arduino-tflm', 'chirale']),
    )
    .option('-o, --output <file>', 'where the file goes')
    .option('--calibration <file>', 'for a model file: .npy of representative inputs, one per row')
    .addOption(
      new Option('--no-pass <name>', 'for a model file: leave a pass out; repeat it for more')
        .argParser(collectNames)
        .default([], 'none'),
    )
    .option('--dump-ir <dir>', 'for a model file: write the graph as text after every pass')
    .option('--tflm-only', 'for a model file: smaller, for TensorFlow Lite Micro and nothing else')
    .addOption(
      new Option(
        '--plan <how>',
        'for a model file: plan the arena in the file, where that saves memory',
      ).choices(['offline']),
    )
    .option('--json', 'print one JSON object')
    .addHelpText(
      'after',
      `
Examples:
  $ tinyml convert --int8 -o sine.tflite
  $ tinyml convert --io float
  $ tinyml convert --library chirale
  $ tinyml convert kws.h5 --int8 --calibration x.npy -o kws.tflite
  $ tinyml convert person_detect.tflite -o smaller.tflite --plan offline`,
    )
    .action(async (model: string | undefined, flags: ConvertFlags) => {
      const { int8, float, pass, json, tflmOnly, ...rest } = flags;
      const type = float ? ('float' as const) : int8 ? ('int8' as const) : undefined;
      if (model === undefined) {
        await convertProject(io, flags, type);
        return;
      }
      const { convertFile } = await import('../convert-file.ts');
      await convertFile(io, model, {
        ...rest,
        ...given({ type }),
        tflmOnly: tflmOnly === true,
        without: pass,
        json: json === true,
      });
    });
}
