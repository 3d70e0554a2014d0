/** What a float model costs before it is trained or quantized: as the float file, and as the int8 file it can become. */

import { attemptAsync } from '../../core/errors.ts';
import { given } from '../../core/given.ts';
import type { RecordSource } from '../../data/records/records.ts';
import { writeTflite } from '../../formats/tflite/write.ts';
import type { Graph } from '../../ir/graph.ts';
import { couldDropChannels } from '../../passes/channels/could-drop-channels.ts';
import type { PassObserver } from '../../passes/pass.ts';
import type { ProgramOptions } from '../../targets/c/optimize.ts';
import { convertModel } from '../convert/convert-model.ts';
import { DEFAULT_FORM, finishFloat, type Int8Form, keepsOwnScales, simplifyFloat } from '../convert/lower.ts';
import { type PassStep, recordSteps, tellingSteps } from '../convert/pass-steps.ts';
import type { WorkContext } from '../run/spread/spread-records.ts';
import { foretellInt8 } from './foretell-int8.ts';
import { type InspectedModel, type Inspection, inspectModel } from './inspect-model.ts';

/** How the figure of a file that is written from real samples may differ: not at all, only downwards, or either way. */
export type Bound = 'exact' | 'at-most' | 'about';

/** For the figures of an inspection that have these names. */
export type Bounds = Readonly<
  Record<
    keyof Pick<Inspection, 'fileBytes' | 'constantBytes' | 'overheadBytes' | 'operators' | 'macs' | 'arena'>,
    Bound
  >
>;

/** Where the scales of an int8 form are from: placeholders stand for those that samples will give. */
export type ScaleSource = 'file' | 'samples' | 'placeholders';

/** The int8 file that `tinyml convert` writes with such scales; with placeholders one as near to it as can be said. */
export interface InspectedInt8Form extends InspectedModel {
  readonly scales: ScaleSource;
  readonly bounds: Bounds;
}

/** A float model as both files that it can become. */
export interface InspectedFloatModel {
  /** The file that "tinyml convert --float" writes. */
  readonly float: InspectedModel;
  /** The int8 file, or why there is none. */
  readonly int8: InspectedInt8Form | { readonly refusal: string };
  /** What the passes before quantization save. */
  readonly passes: readonly PassStep[];
}

/**
 * Samples may prove hidden channels constant, which are then taken out, or make the two scales of a QUANTIZE equal, which
 * is then not needed. That leaves fewer MACs and operators, but not always a smaller arena, since TensorFlow Lite Micro's
 * planner may lay out less worse. Of constants that are equal, such as biases of zero, a file has one: samples correct
 * biases and may tell them apart, or make others coincide, so that its bytes are near what they will be and no bound.
 * Where an input `isPadded` with numbers of its own, samples may prove that they lie outside its range, and it is not.
 */
function boundsOf(quantized: Graph, isPadded: boolean): Bounds {
  const bytes = { fileBytes: 'about', constantBytes: 'about', overheadBytes: 'about' } as const;
  if (isPadded) return { ...bytes, operators: 'about', macs: 'about', arena: 'about' };
  const rescales = quantized.nodes.some(({ kind }) => kind === 'quantize');
  const shrinks = rescales || couldDropChannels(quantized);
  return {
    ...bytes,
    operators: rescales ? 'at-most' : 'exact',
    macs: shrinks ? 'at-most' : 'exact',
    arena: shrinks ? 'about' : 'exact',
  };
}

async function asInt8(
  imported: Graph,
  form: Int8Form,
  options: ProgramOptions,
  observe: PassObserver,
): Promise<InspectedInt8Form> {
  const { bytes, quantized, isPadded } = await foretellInt8(imported, form, observe);
  const { inspection, ...drawn } = inspectModel(bytes, form, options);
  // Placeholder ranges would warn of nothing that is true.
  const warnings = inspection.warnings.filter(({ code }) => code !== 'coarse-input');
  return {
    ...drawn,
    inspection: { ...inspection, warnings, passes: [] },
    scales: 'placeholders',
    bounds: boundsOf(quantized, isPadded),
  };
}

const EXACT: Bounds = {
  fileBytes: 'exact',
  constantBytes: 'exact',
  overheadBytes: 'exact',
  operators: 'exact',
  macs: 'exact',
  arena: 'exact',
};

/** Representative inputs, and what helps to run them. */
export interface InspectionSamples {
  readonly calibration: RecordSource;
  readonly context?: WorkContext;
}

/** Without samples for a model whose file has the scales. */
async function convertedInt8(
  imported: Graph,
  form: Int8Form,
  samples: InspectionSamples | undefined,
  options: ProgramOptions,
  observe: PassObserver,
): Promise<InspectedInt8Form> {
  const { calibration, context } = samples ?? {};
  const { bytes } = await convertModel(imported, { ...form, ...given({ calibration }) }, context, observe);
  const { inspection, ...drawn } = inspectModel(bytes, form, options);
  const scales = keepsOwnScales(imported, form) ? 'file' : 'samples';
  return { ...drawn, inspection: { ...inspection, passes: [] }, scales, bounds: EXACT };
}

/** `imported` as its reader made it, float32. With `samples` every figure of the int8 file is exact. */
export async function inspectFloatGraph(
  imported: Graph,
  form: Int8Form = DEFAULT_FORM,
  samples?: InspectionSamples,
  options: ProgramOptions = {},
): Promise<InspectedFloatModel> {
  const everything = { ...form, without: [] };
  const { inspection, ...drawn } = inspectModel(
    writeTflite(finishFloat(simplifyFloat(imported, everything), everything)),
    form,
    options,
  );
  const steps: PassStep[] = [];
  const observe = recordSteps(steps);
  const int8 = await attemptAsync(() =>
    samples === undefined && !keepsOwnScales(imported, form)
      ? asInt8(imported, form, options, observe)
      : convertedInt8(imported, form, samples, options, observe),
  );
  const quantized = steps.findIndex(({ pass }) => pass === 'quantize');
  return {
    float: { ...drawn, inspection: { ...inspection, passes: [] } },
    int8: 'refusal' in int8 ? int8 : int8.value,
    passes: tellingSteps(steps.slice(0, quantized < 0 ? undefined : quantized)),
  };
}
