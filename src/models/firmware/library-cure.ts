/** What cures a model that a library does not run. Every way that is named here was tried on the model itself. */

import { attempt } from '../../core/errors.ts';
import { readOutline } from '../../formats/tflite/read-outline.ts';
import type { Graph } from '../../ir/graph.ts';
import type { ModelOutline } from '../../ir/outline.ts';
import { ARDUINO_LIBRARIES } from '../../targets/firmware/libraries.ts';
import { modelObjections } from '../../targets/tflm/model-objections.ts';
import type { Library } from '../../targets/tflm/operators.ts';
import { finishInt8, forLibrary, isInt8, simplifyFloat } from '../convert/lower.ts';
import { writeTflmModel } from '../tflm-model.ts';

function runs(library: Library, outline: ModelOutline): boolean {
  return modelObjections(library, outline).length === 0;
}

/** As `tinyml convert --library` writes it. */
function converted(library: Library, graph: Graph): ModelOutline {
  const options = { io: 'int8', library, without: [] } as const;
  const lowered = isInt8(graph)
    ? finishInt8(forLibrary(graph, options), options)
    : simplifyFloat(graph, options);
  return readOutline(writeTflmModel(lowered)).outline;
}

function runsConverted(library: Library, graph: Graph): boolean {
  const attempted = attempt(() => converted(library, graph));
  return 'value' in attempted && runs(library, attempted.value);
}

/** Sentences for a model that TensorFlow Lite Micro runs and `library` does not. */
export function libraryCure(library: Library, graph: Graph | undefined, outline: ModelOutline): string {
  const others = ARDUINO_LIBRARIES.filter((other) => other !== library && runs(other, outline));
  const choice = [...others.map((other) => `--library ${other}`), '--tflm for TensorFlow Lite Micro itself'];
  const choose = `Choose ${choice.join(' or ')}.`;
  if (graph === undefined || !runsConverted(library, graph)) return choose;
  const flags = isInt8(graph) ? `--library ${library}` : '--float';
  const conversion = `Write it anew for the library, "tinyml convert MODEL ${flags} -o new.tflite", and export that; in a project, put "library": "${library}" under "conversion".`;
  return `${conversion} Or choose ${choice.join(' or ')}.`;
}
