/** Which outputs of a model are measured, and which columns say what is true of each. */

import { usageError } from '../../core/errors.ts';
import { shellWord } from '../../core/shell-word.ts';
import { type Graph, getValue } from '../../ir/graph.ts';

/** An output of a model, as scores are asked for. */
export interface MeasuredOutput {
  readonly name: string;
  /** Columns; absent where something else says what is true. */
  readonly target?: readonly string[];
}

/** `energy=column`, or a column that is called as the output. */
function assigned(
  names: readonly string[],
  target: string,
): { readonly name: string; readonly column: string } | undefined {
  if (names.includes(target)) return { name: target, column: target };
  const name = names.find((own) => target.startsWith(`${own}=`));
  return name === undefined ? undefined : { name, column: target.slice(name.length + 1) };
}

/**
 * The output that is named, or the only one, or all where their truth is `known`, or all that targets speak of: `output=column`, or a column of the name of an
 * output. In the order of the graph. Throws `unknown-output` and `several-outputs` (usage), which name the outputs there are.
 */
export function measuredOutputs(
  graph: Graph,
  {
    output,
    target,
    known,
  }: {
    readonly output?: string | undefined;
    readonly target?: readonly string[] | undefined;
    /** Outputs of which a project says what is true. */
    readonly known?: readonly string[] | undefined;
  },
): readonly MeasuredOutput[] {
  const names = graph.outputs.map((id) => getValue(graph, id).name);
  const own = target === undefined ? {} : { target };
  if (output !== undefined && !names.includes(output)) {
    throw usageError(
      'unknown-output',
      `The model has no output ${JSON.stringify(output)}`,
      `Its outputs are ${names.join(', ')}.`,
    );
  }
  const [first, ...others] = names;
  if (output !== undefined || others.length === 0) return [{ name: output ?? first, ...own }];
  if (target === undefined && known !== undefined && names.every((name) => known.includes(name)))
    return names.map((name) => ({ name }));
  const columns = (target ?? []).map((one) => assigned(names, one));
  if (columns.length > 0 && columns.every((one) => one !== undefined)) {
    return names.flatMap((name) => {
      const ofThis = columns.filter((one) => one.name === name).map(({ column }) => column);
      return ofThis.length === 0 ? [] : [{ name, target: ofThis }];
    });
  }
  throw usageError(
    'several-outputs',
    `The model has ${names.length} outputs, and nothing says what is true of each`,
    `Name one, --output ${names.map(shellWord).join(', or --output ')}, or say which column is whose: ${names.map((name) => `--target ${shellWord(name)}=COLUMN`).join(' ')}.`,
  );
}
