/** Which classes the results of `tinyml predict` are of. */

import type { Reporter } from '../../../core/reporter.ts';
import { elementCount } from '../../../core/tensor.ts';
import { type Graph, getValue } from '../../../ir/graph.ts';
import type { ClassNames } from '../../../models/run/output-classes.ts';
import { classesText } from '../../render/class-names.ts';

/** A line for each output that decides. `printed`: the class that is decided follows the numbers, as in no file. */
export function sayClasses(
  reporter: Reporter,
  graph: Graph,
  classes: readonly (ClassNames | undefined)[],
  printed: boolean,
): void {
  for (const [index, names] of classes.entries()) {
    if (names === undefined) continue;
    const { name, type } = getValue(graph, graph.outputs[index]);
    const whose = classes.length === 1 ? 'The numbers' : `The numbers of ${JSON.stringify(name)}`;
    const [no, yes] = names;
    const what =
      elementCount(type.shape) === 1
        ? `say how sure ${JSON.stringify(yes)} is, and up to 0.5 it is ${JSON.stringify(no)}`
        : `are of the classes ${classesText(names)}, in this order`;
    reporter.info(`${whose} ${what}${printed ? '; behind them stands the class that is decided' : ''}.`);
  }
}
