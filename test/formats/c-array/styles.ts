/** Models as C source, in the ways that people and generators write them. */

type Cell = (byte: number, index: number) => string;

const hex: Cell = (byte) => `0x${byte.toString(16).padStart(2, '0')}`;

function cells(model: Uint8Array, cell: Cell, perLine: number, indent: string): string {
  const lines: string[] = [];
  for (let start = 0; start < model.length; start += perLine) {
    const line = Array.from(model.subarray(start, start + perLine), (byte, at) => cell(byte, start + at));
    lines.push(indent + line.join(', '));
  }
  return lines.join(',\n');
}

/** `xxd -i m.tflite` */
export function xxd(model: Uint8Array, name = 'm_tflite'): string {
  return `unsigned char ${name}[] = {\n${cells(model, hex, 12, '  ')}\n};\nunsigned int ${name}_len = ${model.length};\n`;
}

/** Every style by name, with the name of its array. */
export const STYLES: Readonly<
  Record<string, { readonly name: string; readonly write: (model: Uint8Array) => string }>
> = {
  'xxd -i': { name: 'm_tflite', write: (model) => xxd(model) },
  generate_cc_arrays: {
    name: 'g_hello_model_data',
    write: (model) =>
      `#include <cstdint>\n\n#include "models/hello_model_data.h"\n\nalignas(16) const unsigned char g_hello_model_data[] = {${Array.from(
        model,
        (byte) => `0x${byte.toString(16)}`,
      ).join(',')}};\n`,
  },
  'Arduino model.cpp': {
    name: 'g_model',
    write: (model) =>
      `/* Copyright: "[] = {" */\r\n#include "model.h"\r\n\r\n// Keep aligned {16}\r\nalignas(16) const unsigned char g_model[] = {\r\n${cells(model, hex, 12, '    ').replaceAll('\n', '\r\n')},\r\n};\r\nconst int g_model_len = sizeof(g_model);\r\n`,
  },
  convert_bytes_to_c_source: {
    name: 'g_model_data',
    write: (model) =>
      `#include "m.h"\n\n#ifdef __has_attribute\n#define HAVE_ATTRIBUTE(x) __has_attribute(x)\n#else\n#define HAVE_ATTRIBUTE(x) 0\n#endif\n#if HAVE_ATTRIBUTE(aligned) || \\\n    (defined(__GNUC__) && !defined(__clang__))\n#define DATA_ALIGN_ATTRIBUTE __attribute__((aligned(4)))\n#else\n#define DATA_ALIGN_ATTRIBUTE\n#endif\n\nconst unsigned char g_model_data[] DATA_ALIGN_ATTRIBUTE = {\n${cells(model, hex, 12, '    ')},\n};\nconst int g_model_data_len = ${model.length};\n`,
  },
  'a header with PROGMEM, guards and a declared length': {
    name: 'model',
    write: (model) =>
      `#ifndef MODEL_H\n#define MODEL_H\n#include <avr/pgmspace.h>\nextern int other[4];\nstatic const uint8_t model[${model.length}] PROGMEM __attribute__((aligned(16), section(".rodata.model[]"))) = {\n${cells(model, hex, 16, '')}\n};\n#endif /* MODEL_H */\n`,
  },
  'decimal numbers': {
    name: 'model',
    write: (model) => `const unsigned char model[]={${Array.from(model).join(',')}};`,
  },
  'signed numbers': {
    name: 'model',
    write: (model) => `const signed char model[] = { ${Array.from(Int8Array.from(model)).join(' , ')} };`,
  },
  'every form of number': {
    name: 'model',
    write: (model) => {
      const forms: Cell[] = [
        hex,
        (byte) => `0X${byte.toString(16).toUpperCase()}u`,
        (byte) => `0${byte.toString(8)}`,
        (byte) =>
          `0b${byte
            .toString(2)
            .padStart(8, '0')
            .replace(/(....)(....)/, "$1'$2")}`,
        (byte) => `${byte} /* ${byte}, */`,
        (byte) => `(unsigned char)${byte}UL`,
        (byte) => `'\\x${byte.toString(16)}'`,
        (byte) => `'\\${byte.toString(8)}'`,
        (byte) => (byte > 0x2f && byte < 0x5b ? `'${String.fromCharCode(byte)}'` : `${byte}`),
        (byte) => `+${byte}`,
        (byte) => `${byte} // , 12 \\\n 13,\n`,
      ];
      return `char model [ ] = {\n${cells(model, (byte, at) => forms[at % forms.length](byte, at), 7, '\t')}\n}\n;`;
    },
  },
  'std::array': {
    name: 'kModel',
    write: (model) =>
      `namespace app {\nalignas(16) constexpr std::array<uint8_t, ${model.length}> kModel = {{\n${cells(model, hex, 20, '')}\n}};\n}  // namespace app\n`,
  },
  'attributes in front, several arrays': {
    name: 'g_net',
    write: (model) =>
      `static const char* const labels[] = {"a{", "b"};\nconst float scale[2] = {0.5f, 1e-5};\nconst char* raw = R"x(unsigned char fake[] = {1}; )" )x";\n[[gnu::aligned(16)]] const unsigned char g_net[] = {\n${cells(model, hex, 12, '  ')}\n};\nint matrix[2][2] = {{1, 2}, {3, 4}};\nconst uint8_t sample[] = {1, 2, 3};\nint main() { int a[2] = {1, 2}; return a[0] == '{'; }\n`,
  },
};
