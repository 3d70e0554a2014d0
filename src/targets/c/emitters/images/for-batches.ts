/** The statement of one batch, for all of them: `statement` gets what is added to the input's and the output's place. */
export function forBatches(
  batches: number,
  inputBytes: number,
  outputBytes: number,
  statement: (input: string, output: string) => string,
): string {
  if (batches === 1) return statement('', '');
  const one = statement(` + batch * ${inputBytes}`, ` + batch * ${outputBytes}`);
  return `for (int32_t batch = 0; batch < ${batches}; batch++) {\n  ${one.replaceAll('\n', '\n  ')}\n}`;
}
