/** States of a graph that are an input and an output each, and which belong together: names say it. */

/** Of the output that has the state behind an inference, by that of the input that has it before. */
export function nextStateName(name: string): string {
  return `${name}/next`;
}

/** The places of an input and of the output that is this input at the next inference. */
export interface StateEnds {
  readonly input: number;
  readonly output: number;
}

export function stateEnds(
  inputs: readonly { readonly name: string }[],
  outputs: readonly { readonly name: string }[],
): readonly StateEnds[] {
  return inputs.flatMap((before, input) => {
    const output = outputs.findIndex(({ name }) => name === nextStateName(before.name));
    return output < 0 ? [] : [{ input, output }];
  });
}
