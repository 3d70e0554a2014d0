/** Options that say how a model file is to be read, for the commands that read float models. */

import { type Command, InvalidArgumentError, Option } from 'commander';
import type { Shape } from '../../core/tensor.ts';
import { parseNames } from './option-values.ts';

/** `x=1x3x48x48`; several of one option, or the option several times. */
function collectShapes(
  text: string,
  before: ReadonlyMap<string, Shape> = new Map(),
): ReadonlyMap<string, Shape> {
  const shapes = new Map(before);
  for (const part of text.split(',')) {
    const end = part.lastIndexOf('=');
    const sizes = part
      .slice(end + 1)
      .split('x')
      .map(Number);
    if (end < 1 || !sizes.every((size) => Number.isSafeInteger(size) && size > 0)) {
      throw new InvalidArgumentError('It must be the name of an input and its sizes: x=1x3x48x48.');
    }
    shapes.set(part.slice(0, end), sizes);
  }
  return shapes;
}

/** Adds them, under the names of `ImportWishes`. */
export function addImportOptions(command: Command): Command {
  return command
    .addOption(
      new Option(
        '--shape <shapes>',
        'for a model file: sizes of an input that are free in it, as in x=1x3x48x48; repeat it for more',
      ).argParser(collectShapes),
    )
    .option('--keep-layout', 'for a model file: inputs and outputs with the channels first stay so')
    .addOption(
      new Option('--inputs <names>', 'for a TensorFlow graph: where the model begins').argParser(parseNames),
    )
    .addOption(
      new Option('--outputs <names>', 'for a TensorFlow graph: where the model ends').argParser(parseNames),
    )
    .option('--signature <name>', 'for a SavedModel: which of its functions');
}
