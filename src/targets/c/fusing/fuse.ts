/** Two operators as one step, between which no tensor is ever whole. */

import { alignUp } from '../../../core/alignment.ts';
import type { Node } from '../../../ir/graph.ts';
import { WORD_BYTES } from '../../../planner/static/static-block.ts';
import { distinctArrays } from '../coded/weights.ts';
import type { Emission, Pieces, Places } from '../emitter.ts';
import type { ProgramStep } from '../program-step.ts';

/** An operator that makes its output in pieces, and the only reader of that output, which computes element by element. */
export interface FusiblePair {
  readonly producer: ProgramStep;
  readonly pieces: Pieces;
  readonly consumer: ProgramStep;
  readonly elementwise: NonNullable<Emission['elementwise']>;
}

/** So many that what two calls take besides is less than a half of an instruction for each. */
const LEAST_ELEMENTS = 256;

/** Pixels of a piece: what is made fastest, as often as it takes. */
function pixelsOf({ pixels, depth, together }: Pieces): number {
  return Math.min(pixels, together * Math.ceil(LEAST_ELEMENTS / (together * depth)));
}

/** Reads what the producer reads and, behind that, what the consumer reads besides. */
function joined({ node: producer }: ProgramStep, { node: consumer }: ProgramStep): Node {
  const between = producer.outputs[0];
  const others = consumer.inputs.filter((id) => id !== between);
  return { ...producer, inputs: [...producer.inputs, ...others], outputs: consumer.outputs };
}

/** Of a pair as one, where each input of the consumer stands; undefined for what the producer makes. */
function positionsOf({ producer, consumer }: FusiblePair): readonly (number | undefined)[] {
  let next = producer.node.inputs.length;
  return consumer.node.inputs.map((id) => (id === producer.node.outputs[0] ? undefined : next++));
}

const at = (place: string, first: string, depth: number): string => `${place} + ${first} * ${depth}`;

/** The pieces of the producer one after another, each finished by the consumer before the next is made. */
function callOf(
  { pieces, elementwise }: FusiblePair,
  positions: readonly (number | undefined)[],
  scratchBytes: number,
): Emission['call'] {
  const { pixels, depth } = pieces;
  const together = pixelsOf(pieces);
  const whole = pixels - (pixels % together);
  return (places: Places) => {
    const made = scratchBytes === 0 ? places.scratch : `${places.scratch} + ${scratchBytes}`;
    const statements = (first: string, count: number): readonly string[] => [
      pieces.call(places, { first, count, output: made }),
      elementwise(
        positions.map((position) =>
          position === undefined ? made : at(places.input(position), first, depth),
        ),
        at(places.output(0), first, depth),
        count * depth,
      ),
    ];
    return [
      `for (int32_t pixel = 0; pixel < ${whole}; pixel += ${together}) {`,
      ...statements('pixel', together).map((line) => line.replace(/^(?=.)/gm, '  ')),
      '}',
      ...(whole < pixels ? statements(String(whole), pixels - whole) : []),
    ].join('\n');
  };
}

/** The output may lie where an operand of the consumer does, each of whose elements is read before it is written over. */
export function fuse(pair: FusiblePair): ProgramStep {
  const { producer, pieces, consumer } = pair;
  const positions = positionsOf(pair);
  const scratchBytes = alignUp(producer.emission.scratchBytes ?? 0, WORD_BYTES);
  return {
    ...producer,
    node: joined(producer, consumer),
    nodes: [...producer.nodes, ...consumer.nodes],
    coded: distinctArrays([...producer.coded, ...consumer.coded]),
    codedInputs: new Map([
      ...producer.codedInputs,
      ...Array.from(
        consumer.codedInputs,
        ([position, array]) => [positions[position] as number, array] as const,
      ),
    ]),
    emission: {
      definitions: [...producer.emission.definitions, ...consumer.emission.definitions],
      scratchBytes: scratchBytes + pixelsOf(pieces) * pieces.depth,
      inPlace: (consumer.emission.inPlace ?? []).flatMap((position) => positions[position] ?? []),
      ...(producer.emission.isWhole ? { isWhole: true } : {}),
      call: callOf(pair, positions, scratchBytes),
    },
  };
}
