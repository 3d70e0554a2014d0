/** Names of the generated interface, all of which begin with that of the model. */

import { type Graph, getValue, type ValueId } from '../../ir/graph.ts';
import { type EndRole, endNames } from '../c-array/end-names.ts';
import { C_TYPES, type CType } from './c-code.ts';

/** An input or output of the model as its function takes it. */
export interface End {
  readonly id: ValueId;
  readonly type: CType;
  /** `input`, or with several `input_motion`. */
  readonly variable: string;
  /** `MODEL_INPUT`, or with several `MODEL_INPUT_MOTION`: macros begin with it. */
  readonly macro: string;
}

export interface StandaloneNames {
  /** `model`: functions begin with it. */
  readonly name: string;
  /** `MODEL` */
  readonly macro: string;
  readonly inputs: readonly End[];
  readonly outputs: readonly End[];
}

function endsOf(graph: Graph, ids: readonly ValueId[], role: EndRole, macro: string): End[] {
  const names = endNames(
    role,
    ids.map((id) => getValue(graph, id).name),
  );
  return ids.map((id, index) => {
    const { variable } = names[index];
    return {
      id,
      type: C_TYPES[getValue(graph, id).type.dtype],
      variable,
      macro: `${macro}_${variable.toUpperCase()}`,
    };
  });
}

export function standaloneNames(graph: Graph, name: string): StandaloneNames {
  const macro = name.toUpperCase();
  return {
    name,
    macro,
    inputs: endsOf(graph, graph.inputs, 'input', macro),
    outputs: endsOf(graph, graph.outputs, 'output', macro),
  };
}

/** The parameters of the model's function. */
export function parametersOf({ inputs, outputs }: StandaloneNames): string[] {
  return [
    ...inputs.map(({ type, variable }) => `const ${type} *${variable}`),
    ...outputs.map(({ type, variable }) => `${type} *${variable}`),
  ];
}
