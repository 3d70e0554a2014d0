/** Which parameters the functions of a WebAssembly module take, read from its sections (WebAssembly core specification, 5.5). */

const SECTION = { type: 1, import: 2, function: 3, export: 7 };
const FUNCTION_TYPE = 0x60;
const FUNCTION_KIND = 0;
/** By the byte of a value type. */
const LETTERS = { 127: 'i', 125: 'f', 124: 'd' };
const HEADER_BYTES = 8;

/** Reads on from a place in the module. */
function reader(binary, start) {
  let at = start;
  const byte = () => binary[at++];
  const number = () => {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const next = byte();
      value |= (next & 0x7f) << shift;
      if (next < 0x80) return value >>> 0;
    }
  };
  const vector = (item) => Array.from({ length: number() }, item);
  const text = () => {
    const length = number();
    at += length;
    return binary.toString('utf8', at - length, at);
  };
  return { byte, number, vector, text, skipTo: (end) => (at = end), place: () => at };
}

function sectionsOf(binary) {
  const sections = new Map();
  const { byte, number, skipTo, place } = reader(binary, HEADER_BYTES);
  while (place() < binary.length) {
    const id = byte();
    const length = number();
    sections.set(id, place());
    skipTo(place() + length);
  }
  return sections;
}

/**
 * By the name of each exported function that gives nothing back: a letter for each parameter, i for int32, f for float32, d for
 * float64. The module imports no functions.
 */
export function signaturesOf(binary) {
  const sections = sectionsOf(binary);
  const read = (section) => reader(binary, sections.get(section));
  const types = read(SECTION.type);
  const shapes = types.vector(() => {
    if (types.byte() !== FUNCTION_TYPE) throw new Error('a type that is no function');
    return { parameters: types.vector(types.byte), results: types.vector(types.byte) };
  });
  const functions = read(SECTION.function);
  const shapeOf = functions.vector(functions.number).map((index) => shapes[index]);
  const exports = read(SECTION.export);
  const exported = exports.vector(() => [exports.text(), exports.byte(), exports.number()]);
  return Object.fromEntries(
    exported
      .filter(([, kind, index]) => kind === FUNCTION_KIND && shapeOf[index].results.length === 0)
      .map(([name, , index]) => [name, shapeOf[index].parameters.map((type) => LETTERS[type]).join('')]),
  );
}
