/** Firmware of a model: what `targets/firmware` prints, gathered from the file, the memory planner and the interpreter. */

import { sha256 } from '../../core/digest.ts';
import { unsupportedError } from '../../core/errors.ts';
import { readOutline } from '../../formats/tflite/read-outline.ts';
import type { Graph } from '../../ir/graph.ts';
import { type ModelOutline, operatorViews } from '../../ir/outline.ts';
import { resourceVariables } from '../../ir/resource-variables.ts';
import { opOf } from '../../ops/index.ts';
import type { ArenaTarget } from '../../planner/arena-plan.ts';
import { planArena } from '../../planner/plan-arena.ts';
import { arduinoSketch } from '../../targets/firmware/arduino-sketch.ts';
import {
  type ArenaFigure,
  type Firmware,
  type FirmwareFile,
  isProven,
} from '../../targets/firmware/firmware.ts';
import type { ArduinoLibrary } from '../../targets/firmware/libraries.ts';
import { unrolling } from '../../targets/firmware/readme-facts.ts';
import { tflmTree } from '../../targets/firmware/tflm-tree.ts';
import { differsInCmsisNn } from '../../targets/tflm/library-limits.ts';
import { modelObjections } from '../../targets/tflm/model-objections.ts';
import type { Library } from '../../targets/tflm/operators.ts';
import { readComputedGraph } from '../tflm-model.ts';
import { libraryCure } from './library-cure.ts';
import {
  type FirmwareData,
  isBitExact,
  provenFacts,
  type SourceWishes,
  unprovenFacts,
} from './model-facts.ts';
import { checkStream, preparingFacts } from './stream-facts.ts';

/** Where the firmware goes. */
export type FirmwareLayout =
  | { readonly layout: 'arduino'; readonly library: ArduinoLibrary; readonly sketch: string }
  | { readonly layout: 'tflm' };

/** Where the firmware goes, and what is in it. */
export type FirmwareOptions = FirmwareLayout &
  SourceWishes & {
    /** C identifier of the array. */
    readonly name: string;
  };

/** Names in the order of their first use. Files whose operators tinyml computes have one subgraph. */
function operatorNames({ subgraphs }: ModelOutline): string[] {
  return [...new Set(subgraphs.flatMap(({ operators }) => operators.map(({ name }) => name)))];
}

/** Throws where the library would not run the model, or would compute something else. */
function checkLibrary(library: Library, graph: Graph | undefined, outline: ModelOutline): void {
  const [objection] = modelObjections(library, outline);
  if (objection === undefined) return;
  const cure = libraryCure(library, graph, outline);
  if (objection.cause === 'lacking') {
    const { name } = objection.view.operator;
    throw unsupportedError('library-operator', `${library} has no operator ${name}.`, cure);
  }
  throw unsupportedError(
    'library-refusal',
    `${library} does not run this model as it should. ${objection.sentence}`,
    cure,
  );
}

function arenaFigure(outline: ModelOutline, target: ArenaTarget): ArenaFigure {
  const { minimumBytes, unknownOperators } = planArena(outline, target);
  return { target, bytes: minimumBytes, unknownOperators };
}

function arenaFigures(
  outline: ModelOutline,
  options: FirmwareLayout,
): Pick<Firmware, 'arena'> & { readonly hostArena?: ArenaFigure } {
  if (options.layout === 'arduino') return { arena: [arenaFigure(outline, options.library)] };
  return {
    arena: [arenaFigure(outline, 'cortex-m-reference'), arenaFigure(outline, 'cortex-m-cmsis-nn')],
    hostArena: arenaFigure(outline, 'x86-64'),
  };
}

/** Of MicroResourceVariables; what a subgraph assigns once is what they begin with. */
function variableFacts(outline: ModelOutline): Pick<Firmware, 'variables'> {
  const { variables } = resourceVariables(outline);
  if (variables.length === 0) return {};
  const beginOtherwise = variables.some(({ isInitialized }) => isInitialized);
  return { variables: { count: variables.length, beginOtherwise } };
}

/** As the library sees it: also where tinyml does not compute the model. */
function keepsState({ subgraphs }: ModelOutline): boolean {
  return subgraphs.some(
    ({ tensors, operators }) =>
      tensors.some(({ storage }) => storage === 'variable') ||
      operators.some(({ variable }) => variable !== undefined),
  );
}

/** The Arduino libraries are what they are; TFLM itself is built with its reference kernels or with those of CMSIS-NN. */
function differingOperators(outline: ModelOutline): string[] {
  const differing = operatorViews(outline).filter(differsInCmsisNn);
  return [...new Set(differing.map(({ operator: { name } }) => name))];
}

/** Undefined where tinyml does not compute the model, or not all that an output holds on the chip. */
function provenGraph(model: Uint8Array): Graph | undefined {
  const graph = readComputedGraph(model);
  const hasUndefined = graph?.nodes.some(({ kind, attributes }) => opOf(kind).undefinedOutputs?.(attributes));
  return hasUndefined ? undefined : graph;
}

/**
 * Everything there is to print. Where tinyml does not compute the model and the library does, the vectors have no
 * outputs. Refuses what the library does not run.
 */
export function makeFirmware(model: Uint8Array, options: FirmwareOptions, data: FirmwareData): Firmware {
  const graph = provenGraph(model);
  const { outline } = readOutline(model);
  const library: Library = options.layout === 'arduino' ? options.library : 'tflm';
  checkLibrary(library, graph, outline);
  const operators = operatorNames(outline);
  if (operators.length === 0) {
    throw unsupportedError(
      'no-operators',
      'The model has no operators: it gives its input back.',
      'Export a model that computes something.',
    );
  }
  const firmware = {
    model,
    arrayName: options.name,
    digest: sha256(model),
    library,
    operators,
    ...arenaFigures(outline, options),
    ...preparingFacts(data),
    ...(graph === undefined
      ? unprovenFacts(model, outline, options, data)
      : provenFacts(model, graph, options, data)),
    isStateful: keepsState(outline),
    ...variableFacts(outline),
    cmsisNnDiffers: graph !== undefined && options.layout === 'tflm' ? differingOperators(outline) : [],
    bitExact: graph !== undefined && isBitExact(graph),
  };
  if (data.stream !== undefined) checkStream(data.stream, firmware);
  return firmware;
}

/** The files of the firmware, in the order in which people read them. */
export function firmwareFiles(firmware: Firmware, options: FirmwareLayout): FirmwareFile[] {
  return options.layout === 'arduino' ? arduinoSketch(firmware, options) : tflmTree(firmware);
}

/** What whoever exports it must know: an arena that is only a lower bound, a self-test that compares nothing. */
export function firmwareWarning(firmware: Firmware): string | undefined {
  const unproven = isProven(firmware)
    ? undefined
    : 'tinyml does not know every output value of this model: the self-test runs it and compares nothing.';
  const sentences = [unproven, cmsisNnWarning(firmware), arenaWarning(firmware)].filter(
    (sentence) => sentence !== undefined,
  );
  return sentences.length === 0 ? undefined : sentences.join(' ');
}

function cmsisNnWarning({ cmsisNnDiffers }: Firmware): string | undefined {
  if (cmsisNnDiffers.length === 0) return undefined;
  return `CMSIS-NN kernels compute ${cmsisNnDiffers.join(' and ')} otherwise than the reference kernels: built with them, the self-test says FAIL. Build with the reference kernels${unrolling(cmsisNnDiffers)}.`;
}

function arenaWarning({ arena, hostArena }: Firmware): string | undefined {
  const figures = [...arena, ...(hostArena === undefined ? [] : [hostArena])];
  const unknown = [...new Set(figures.flatMap(({ unknownOperators }) => unknownOperators))];
  if (unknown.length === 0) return undefined;
  return `kTensorArenaSize is a lower bound: the memory of ${unknown.join(', ')} is not known. Enlarge it until AllocateTensors() succeeds.`;
}
