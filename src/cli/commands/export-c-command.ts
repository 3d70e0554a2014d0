import { type Command, Option } from 'commander';
import type { ExportFlags } from '../actions/export-c-action.ts';
import type { CliIo } from '../terminal/io.ts';
import { addFirmwareOptions } from './firmware-options.ts';

export function registerExportC(program: Command, io: CliIo): void {
  const command = program
    .command('export-c')
    .description("Write a model as a C array or as complete firmware: the project's, or any .tflite file.")
    .argument('[model]', ".tflite file or C source with a model array; without it, the project's model")
    .option('-o, --output <dir>', 'where the array goes (default: export.directory of the project)')
    .option('--name <identifier>', 'C identifier of the array (default: g_model)')
    .addOption(
      new Option('--style <style>', 'tflm: model_data.cc and .h; arduino: model.cpp and .h').choices([
        'tflm',
        'arduino',
      ]),
    );
  addFirmwareOptions(command)
    .option('--json', 'print one JSON object')
    .addHelpText(
      'after',
      `
Examples:
  $ tinyml export-c
  $ tinyml export-c --arduino sine
  $ tinyml export-c --tflm firmware
  $ tinyml export-c micro_speech.tflite --arduino speech --labels silence,unknown,yes,no
  $ tinyml export-c person_detect.tflite --name g_person_detect -o src`,
    )
    .action(async (model: string | undefined, flags: ExportFlags) => {
      const { exportFile, exportProject } = await import('../actions/export-c-action.ts');
      await (model === undefined ? exportProject(io, flags) : exportFile(io, model, flags));
    });
}
