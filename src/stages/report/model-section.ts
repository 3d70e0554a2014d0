/** What the converted model costs on the chip: operators, memory, and which libraries run it. */

import type { Artifact } from '../../artifacts/store.ts';
import { formatCount } from '../../core/figure-text.ts';
import { formatShape } from '../../core/tensor.ts';
import { drawMemory } from '../../models/inspect/draw-memory.ts';
import { type InspectedModel, type Inspection, inspectModel } from '../../models/inspect/inspect-model.ts';
import {
  formatMacs,
  formatQuantization,
  leastMemory,
  MEMORY_COLUMNS,
  memoryNotes,
  memoryRows,
} from '../../models/inspect/inspection-text.ts';
import { isBuild, type Target } from '../../planner/target.ts';
import type { ProgramOptions } from '../../targets/c/optimize.ts';
import { memoryPlanSvg } from '../../targets/plots/memory-plan.ts';
import type { Block, Section, Table } from '../../targets/report/page.ts';
import { LIBRARY_NAMES } from '../../targets/tflm/operators.ts';
import { MODEL_FILE } from '../convert.ts';

const LISTED = 300;
const NOT_KNOWN = 'not known';

/** What a model holds and costs; `target` is that whose memory is drawn. */
export interface ReportedModel extends InspectedModel {
  readonly target: Target;
}

export function readModel(convert: Artifact, target: Target, options: ProgramOptions): ReportedModel {
  return { ...inspectModel(convert.read(MODEL_FILE), undefined, options), target };
}

/** The figures that people ask for first. */
export function modelFacts({ inspection, target }: ReportedModel): readonly (readonly [string, string])[] {
  const least = leastMemory(inspection, target);
  return [
    ['model, bytes of flash', formatCount(inspection.fileBytes)],
    [
      `${isBuild(target) ? 'least arena that works' : 'buffer and state'}, ${target}`,
      least === undefined ? NOT_KNOWN : `${least} bytes`,
    ],
    ['multiply-accumulates', formatMacs(inspection)],
  ];
}

function operatorTable({ operators }: Inspection): Table {
  const most = Math.max(1, ...operators.map(({ macs = 0 }) => macs));
  return {
    kind: 'table',
    caption:
      operators.length > LISTED
        ? `The first ${LISTED} of ${operators.length} operators, in the order in which they run`
        : 'Operators, in the order in which they run',
    columns: [
      { title: '#', align: 'right' },
      { title: 'operator' },
      { title: 'input' },
      { title: 'output' },
      { title: 'output quantization' },
      { title: 'multiply-accumulates', align: 'right' },
      { title: 'constant bytes', align: 'right' },
    ],
    rows: operators
      .slice(0, LISTED)
      .map(({ operator, inputs, outputs, macs, constantBytes }, index) => [
        String(index + 1),
        operator,
        inputs.length === 0 ? '' : formatShape(inputs[0].shape),
        outputs.map(({ shape }) => formatShape(shape)).join(' '),
        formatQuantization(outputs[0]?.quantization),
        macs === undefined ? NOT_KNOWN : { text: formatCount(macs), share: macs / most },
        formatCount(constantBytes),
      ]),
  };
}

function memoryTable(inspection: Inspection): Table {
  return {
    kind: 'table',
    caption:
      'The tensor arena in every build of TensorFlow Lite Micro, and what C without an interpreter works on, in bytes',
    columns: [{ title: 'target' }, ...MEMORY_COLUMNS.map((title) => ({ title, align: 'right' as const }))],
    rows: memoryRows(inspection).map((row) => [...row]),
  };
}

function memoryBlocks(model: ReportedModel): readonly Block[] {
  const { inspection, target } = model;
  if (inspection.arenaRefused !== undefined) {
    return [{ kind: 'note', text: `No memory can be planned: ${inspection.arenaRefused}.` }];
  }
  const drawn = drawMemory(model, target, `${MODEL_FILE}, ${target}`);
  return [
    ...(drawn === undefined
      ? []
      : [
          {
            kind: 'figure' as const,
            svg: memoryPlanSvg(drawn.picture),
            caption: `Which tensor lies where in memory, and when: time runs to the right, addresses upward. The target is ${target}.`,
          },
        ]),
    memoryTable(inspection),
    ...memoryNotes(inspection).map((text) => ({ kind: 'text' as const, text })),
  ];
}

function libraryTable({ libraries }: Inspection): Table {
  return {
    kind: 'table',
    caption: 'Libraries',
    columns: [{ title: 'library' }, { title: 'runs it' }, { title: 'why not' }],
    rows: libraries.map(({ library, answer, refusals }) => [
      LIBRARY_NAMES[library],
      answer,
      refusals.map(({ operator, reason }) => `${operator}: ${reason}`).join(' '),
    ]),
  };
}

export function modelSections(model: ReportedModel): readonly Section[] {
  const { inspection } = model;
  return [
    { id: 'memory', title: 'Memory', blocks: memoryBlocks(model) },
    {
      id: 'operators',
      title: 'Operators and cost',
      blocks: [
        ...inspection.warnings.map(({ message, hint }) => ({
          kind: 'note' as const,
          text: `${message} ${hint}`,
        })),
        {
          kind: 'text',
          text: `${formatCount(inspection.fileBytes)} bytes of flash = ${formatCount(inspection.constantBytes)} of constants + ${formatCount(inspection.overheadBytes)} of overhead; ${formatMacs(inspection)} multiply-accumulates per inference.`,
        },
        operatorTable(inspection),
        libraryTable(inspection),
      ],
    },
  ];
}
