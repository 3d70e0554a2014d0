/** Every row of the table of emitters, and its random cases as graphs with the interpreter's results. */

import { createRandom, type Random } from '../../src/core/random.ts';
import type { TensorData } from '../../src/core/tensor.ts';
import { createInterpreter } from '../../src/interpreter/interpreter.ts';
import { type AttributesOf, OP_KINDS, type OpKind, opOf } from '../../src/ops/index.ts';
import { COMPUTED_TYPES, type ComputedType } from '../../src/ops/op.ts';
import { type Case, int4Cases, int8Cases } from '../conformance/exact-int8.ts';
import { floatCases } from '../conformance/float-cases.ts';
import { plainCases } from '../conformance/plain-cases.ts';
import { quantizeFloatsTo } from '../conformance/quantize-cases.ts';
import { type Operand, oneNode } from '../ops/one-node.ts';
import { throughBuffer } from './joined-graph.ts';
import type { Comparison } from './many-graphs.ts';

type Draw = (random: Random, index: number) => Case<AttributesOf<OpKind>>;

/** A row of the table of emitters, with what draws its cases. */
export interface Row {
  readonly kind: OpKind;
  readonly type: ComputedType;
  /** `conv_2d int8`, or with int4 weights `conv_2d int8 int4`. */
  readonly name: string;
  readonly draw: Draw;
}

type Draws = { readonly [Kind in OpKind]?: Draw };

const DRAWS: Readonly<Record<ComputedType, Draws>> = {
  int8: int8Cases,
  float32: { ...floatCases, quantize: quantizeFloatsTo('int8') },
  ...plainCases,
};
const INT4_DRAWS: Draws = int4Cases;

function drawOf(draws: Draws, kind: OpKind): Draw {
  const draw = draws[kind];
  if (draw === undefined) throw new Error(`nothing draws cases of ${kind}`);
  return draw;
}

/** The same with weights and biases that the graph computes, or is given. */
function computed(draw: Draw): Draw {
  return (random, index) => {
    const drawn = draw(random, index);
    return {
      ...drawn,
      operands: drawn.operands.map((operand) => operand && { type: operand.type, data: operand.data }),
    };
  };
}

const COMPUTED_WEIGHTS: readonly OpKind[] = [
  'conv_2d',
  'depthwise_conv_2d',
  'fully_connected',
  'transpose_conv',
];

/** They are refused by name. */
const WITHOUT_C: readonly OpKind[] = ['tflite_detection_postprocess'];

/** All rows there are. */
export const ROWS: readonly Row[] = OP_KINDS.filter((kind) => !WITHOUT_C.includes(kind)).flatMap((kind) =>
  COMPUTED_TYPES.filter((type) => opOf(kind).kernels[type] !== undefined).flatMap((type) => [
    { kind, type, name: `${kind} ${type}`, draw: drawOf(DRAWS[type], kind) },
    ...(type === 'int8' && INT4_DRAWS[kind] !== undefined
      ? [{ kind, type, name: `${kind} ${type} int4`, draw: drawOf(INT4_DRAWS, kind) }]
      : []),
    ...(type === 'int8' && COMPUTED_WEIGHTS.includes(kind)
      ? [
          {
            kind,
            type,
            name: `${kind} ${type} of computed weights`,
            draw: computed(drawOf(DRAWS[type], kind)),
          },
        ]
      : []),
  ]),
);

interface Drawn {
  readonly random: Random;
  readonly cases: Comparison[];
}

/** By name of the row: many files of tests, and machines, compare the same ones. */
const drawn = new Map<string, Drawn>();

/**
 * `count` cases, of which every other one lies in the buffer with all that it reads and writes; those with states run three
 * times, the last time after a reset.
 */
export function rowCases(row: Row, count: number): readonly Comparison[] {
  const { name } = row;
  const { random, cases } = drawn.get(name) ?? { random: createRandom(7, `standalone ${name}`), cases: [] };
  drawn.set(name, { random, cases });
  while (cases.length < count) cases.push(nextCase(row, random, cases.length));
  return cases.slice(0, count);
}

function nextCase({ kind, draw }: Row, random: Random, index: number): Comparison {
  const one = draw(random, index);
  const outputs = [one, ...(one.more ?? [])].map(({ output }) => output);
  const own = oneNode(kind, one.attributes as never, one.operands, ...outputs);
  const graph = index % 2 === 1 ? throughBuffer(own) : own;
  const inputs = graph.inputs.map((id) => (one.operands[id] as Operand).data);
  const interpreter = createInterpreter(graph, { kernels: 'plain' });
  const isStateful = opOf(kind).states !== undefined;
  const inferences = [false, ...(isStateful ? [false, true] : [])].map((resets) => {
    if (resets) interpreter.reset();
    const expected = interpreter.invoke(inputs).map((data) => data.slice() as TensorData);
    return { inputs, expected, resets };
  });
  return { graph, inferences };
}
