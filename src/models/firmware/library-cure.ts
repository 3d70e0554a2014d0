/** What cures a model that a library does not run. Every way that is named here was tried on the model itself. */

import { attempt } from '../../core/errors.ts';
import { readOutline } from '../../formats/tflite/read-outline.ts';
import type { Graph } from '../../ir/graph.ts';
import type { ModelOutline } from '../../ir/outline.ts';
import { ARDUINO_LIBRARIES } from '../../targets/firmware/libraries.ts';
import { modelObjections } from '../../targets/tflm/model-objections.ts';
import type { Library } from '../../targets/tflm/operators.ts';
import { finishFloat, finishInt8, forLibrary, isInt8, simplifyFloat } from '../convert/lower.ts';
import { writeTflmModel } from '../tflm-model.ts';

function runs(library: Library, outline: ModelOutline): boolean {
  return modelObjections(library, outline).length === 0;
}

/** As `tinyml convert --library` writes it. */
function converted(library: Library, graph: Graph): ModelOutline {
  const options = { io: 'int8', library, without: [] } as const;
  const lowered = isInt8(graph)
    ? finishInt8(forLibrary(graph, options), options)
    : finishFloat(simplifyFloat(graph, options), options);
  return readOutline(writeTflmModel(lowered)).outline;
}

function runsConverted(library: Library, graph: Graph, form: Library): boolean {
  const attempted = attempt(() => converted(form, graph));
  return 'value' in attempted && runs(library, attempted.value);
}

/** Of `tinyml convert`, with which the library runs what is written; undefined where there are none. */
function curingFlags(library: Library, graph: Graph): string | undefined {
  const forIt = `--library ${library}`;
  const ways: readonly (readonly [string, Library])[] = isInt8(graph)
    ? [[forIt, library]]
    : [
        ['--float', 'tflm'],
        [`--float ${forIt}`, library],
      ];
  return ways.find(([, form]) => runsConverted(library, graph, form))?.[0];
}

/** Sentences for a model that TensorFlow Lite Micro runs and `library` does not. */
export function libraryCure(library: Library, graph: Graph | undefined, outline: ModelOutline): string {
  const others = ARDUINO_LIBRARIES.filter((other) => other !== library && runs(other, outline));
  const choice = [...others.map((other) => `--library ${other}`), '--tflm for TensorFlow Lite Micro itself'];
  const choose = `Choose ${choice.join(' or ')}.`;
  const flags = graph === undefined ? undefined : curingFlags(library, graph);
  if (flags === undefined) return choose;
  const conversion = `Write it anew for the library, "tinyml convert MODEL ${flags} -o new.tflite", and export that; in a project, put "library": "${library}" under "conversion".`;
  return `${conversion} Or choose ${choice.join(' or ')}.`;
}
