import type { Command } from 'commander';
import { Option } from 'commander';
import { given } from '../arguments.ts';
import type { CliIo } from '../io.ts';

interface ConvertFlags {
  readonly int8?: boolean;
  readonly float?: boolean;
  readonly io?: string;
  readonly densePerChannel?: boolean;
  readonly output?: string;
  readonly json?: boolean;
}

export function registerConvert(program: Command, io: CliIo): void {
  program
    .command('convert')
    .description('Write the trained model as a .tflite file.')
    .addOption(new Option('--int8', 'int8 weights and activations (default)').conflicts('float'))
    .addOption(new Option('--float', 'float32, not quantized').conflicts('int8'))
    .addOption(
      new Option('--io <type>', 'type of the inputs and outputs of an int8 model').choices(['int8', 'float']),
    )
    .option('--dense-per-channel', 'one weight scale per unit of Dense layers')
    .option('--no-dense-per-channel', 'one weight scale per Dense layer')
    .option('-o, --output <file>', 'also write the file here')
    .option('--json', 'print one JSON object')
    .addHelpText(
      'after',
      `
Examples:
  $ tinyml convert --int8 -o sine.tflite
  $ tinyml convert --float
  $ tinyml convert --io float`,
    )
    .action(async ({ int8, float, io: ioType, densePerChannel, output, json }: ConvertFlags) => {
      const { runStageCommand } = await import('../stage-command.ts');
      const { publishFile } = await import('../publish.ts');
      const type = float ? 'float' : int8 ? 'int8' : undefined;
      await runStageCommand(
        io,
        'convert',
        given({ type, io: ioType, densePerChannel }),
        json === true,
        ({ outcome }) =>
          output === undefined ? [] : [publishFile(io, outcome.artifact, 'model.tflite', output)],
      );
    });
}
