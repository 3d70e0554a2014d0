/** The int8 file that a float model becomes, before there are samples: all but its scales are as they will be. */

import { given } from '../../core/given.ts';
import type { WriteOptions } from '../../formats/tflite/write.ts';
import type { Graph, ValueId } from '../../ir/graph.ts';
import { opOf } from '../../ops/index.ts';
import { dropConstantChannels } from '../../passes/drop-constant-channels.ts';
import { type PassObserver, runPasses } from '../../passes/pass.ts';
import { padInputs } from '../../passes/quantize/pad-inputs.ts';
import type { Range } from '../../passes/quantize/parameters.ts';
import { quantizePass } from '../../passes/quantize/quantize.ts';
import {
  activationsOf,
  finishInt8,
  type Int8Form,
  type LoweringOptions,
  lower,
  prepareForInt8,
} from '../convert/lower.ts';
import { scaleRulesOf } from '../quantize/method-names.ts';
import { writeTflmModel } from '../tflm-model.ts';

/** A file made with placeholder ranges. */
export interface ForetoldInt8 {
  readonly bytes: Uint8Array;
  /** The graph right behind quantization. */
  readonly quantized: Graph;
  /** Whether an input is padded with numbers of its own, which samples may prove needless. */
  readonly isPadded: boolean;
}

/** What operators read that take nothing negative, up to the values that have scales of their own. */
function neverNegative({ nodes }: Graph): ReadonlySet<ValueId> {
  const producers = new Map(nodes.flatMap((node) => node.outputs.map((id) => [id, node] as const)));
  const found = new Set<ValueId>();
  for (const { kind, inputs } of nodes) {
    if (opOf(kind).traits.takesNegatives) continue;
    for (let [id] = inputs; id !== undefined; ) {
      found.add(id);
      const producer = producers.get(id);
      const handsOn = producer !== undefined && opOf(producer.kind).quantRule.rule === 'same-as-input';
      id = handsOn ? producer.inputs[0] : undefined;
    }
  }
  return found;
}

/**
 * A range for every activation, no two alike: a QUANTIZE that real samples would need is then never missing.
 */
function placeholderRanges(graph: Graph): ReadonlyMap<ValueId, Range> {
  const positive = neverNegative(graph);
  const activations = [...graph.values.values()].filter(({ data }) => data === undefined);
  return new Map(
    activations.map(({ id }, index) => [
      id,
      { min: positive.has(id) ? 0 : -1 - index / 64, max: 1 + index / 32 },
    ]),
  );
}

type ForetoldForm = Int8Form & Partial<Pick<LoweringOptions, 'without'>>;

interface Placed {
  readonly quantized: Graph;
  readonly isPadded: boolean;
}

/** A prepared graph as integers, by placeholder ranges. */
function placed(prepared: Graph, form: Int8Form, observer?: PassObserver): Placed {
  const scaleRules = scaleRulesOf(form.method ?? 'default');
  const ranges = placeholderRanges(prepared);
  const { graph, seen } =
    scaleRules === 'tensorflow' ? { graph: prepared, seen: { ranges } } : padInputs(prepared, { ranges });
  const pass = quantizePass(seen.ranges, { ...form, scaleRules, activations: activationsOf(form) });
  return { quantized: runPasses(graph, [pass], observer), isPadded: graph !== prepared };
}

/** Placeholders prove of no channel that it is constant. */
function withoutProofs(form: ForetoldForm) {
  return { ...form, without: [...(form.without ?? []), dropConstantChannels.name] };
}

/** The same file for a graph that is simplified already. */
export function foretellSimplified(float: Graph, form: Int8Form & Pick<WriteOptions, 'note'>): Uint8Array {
  const options = withoutProofs(form);
  const { quantized } = placed(prepareForInt8(float, options), form);
  return writeTflmModel(finishInt8(quantized, options), { note: form.note });
}

/** Shapes, types and operators decide the arena, not ranges: placeholders give what real samples give. */
export async function foretellInt8(
  imported: Graph,
  form: ForetoldForm & Pick<WriteOptions, 'note'>,
  observe?: PassObserver,
): Promise<ForetoldInt8> {
  let quantized = imported;
  let isPadded = false;
  const quantize = (prepared: Graph, observer: PassObserver | undefined): Graph => {
    const made = placed(prepared, form, observer);
    isPadded = made.isPadded;
    return made.quantized;
  };
  const written = await lower(imported, withoutProofs(form), quantize, (pass, graph) => {
    observe?.(pass, graph);
    if (pass === 'quantize') quantized = graph;
  });
  return { bytes: writeTflmModel(written, given({ note: form.note })), quantized, isPadded };
}
