/** output[i] = compute(input[i]): a table of all 65536 results would cost more than most models have values. */
export function mapInt16(compute: (value: number) => number, input: Int16Array, output: Int16Array): void {
  for (let i = 0; i < output.length; i++) output[i] = compute(input[i]);
}
