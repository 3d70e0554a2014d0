/** Functions of one byte. */

@inline
function look(table: usize, input: usize, output: usize, offset: usize): void {
  store<u8>(output + offset, load<u8>(table + <usize>load<u8>(input + offset)));
}

/** `table` has the result of every byte, seen as unsigned. */
export function lookupInt8(table: usize, length: i32, input: usize, output: usize): void {
  const end = input + length;
  for (const whole = input + (length & ~3); input != whole; input += 4, output += 4) {
    look(table, input, output, 0);
    look(table, input, output, 1);
    look(table, input, output, 2);
    look(table, input, output, 3);
  }
  for (; input != end; input++, output++) look(table, input, output, 0);
}
