/** Functions of one byte. */

import { Loops } from '../loops';

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

/** The same with a table for each element of another operand, which begins `tables` + what `offsets` has for that element. */
export function lookupPairsInt8(loops: usize, tables: usize, offsets: usize, input: usize, output: usize): void {
  const s = changetype<Loops>(loops);
  for (let i = 0; i < s.outer; i++, input += s.outerA, offsets += s.outerB) {
    let row = input;
    let rowOffsets = offsets;
    for (let j = 0; j < s.middle; j++, row += s.middleA, rowOffsets += s.middleB) {
      let at = row;
      let offset = rowOffsets;
      for (const end = output + <usize>s.inner; output < end; output++, at += s.innerA, offset += s.innerB) {
        store<u8>(output, load<u8>(tables + <usize>load<i32>(offset) + <usize>load<u8>(at)));
      }
    }
  }
}
