/**
 * Compiles src/kernels/simd/assembly (AssemblyScript) to WebAssembly and writes it, as base64 with the digest of its
 * sources, to src/kernels/simd/generated/. Does nothing where that is up to date.
 * Usage: node test/tools/build-simd.js [output file, which is always written]
 */

import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { signaturesOf } from './wasm-signatures.js';

const SOURCES = fileURLToPath(new URL('../../src/kernels/simd/assembly/', import.meta.url));
const GENERATED = fileURLToPath(new URL('../../src/kernels/simd/generated/', import.meta.url));
const MODULE = join(GENERATED, 'simd-module.ts');
const LINE = 110;

const OPTIONS = [
  '-O3',
  '--noAssert',
  '--runtime',
  'stub',
  '--enable',
  'simd',
  '--enable',
  'threads',
  '--importMemory',
  '--sharedMemory',
  '--maximumMemory',
  '32768',
  '--use',
  'abort=',
];

function sources() {
  const names = readdirSync(SOURCES, { recursive: true })
    .map((name) => name.replaceAll('\\', '/'))
    .filter((name) => name.endsWith('.ts'))
    .sort();
  return Object.fromEntries(names.map((name) => [name, readFileSync(join(SOURCES, name), 'utf8')]));
}

function digestOf(files) {
  return createHash('sha256')
    .update(JSON.stringify([OPTIONS, files]))
    .digest('hex');
}

function currentDigest() {
  try {
    return /SOURCES_SHA256 = '([0-9a-f]+)'/.exec(readFileSync(MODULE, 'utf8'))?.[1];
  } catch {
    return undefined;
  }
}

/** The compiler is only loaded where there is something to compile. */
async function compile(files) {
  const { default: asc } = await import('assemblyscript/asc');
  let binary;
  const { error, stderr } = await asc.main(['index.ts', ...OPTIONS, '--outFile', 'simd.wasm'], {
    readFile: (name) => files[name.replace(/^\.\//, '')] ?? null,
    writeFile: (name, contents) => {
      if (name === 'simd.wasm') binary = contents;
    },
    listFiles: () => [],
  });
  if (error !== null || binary === undefined) throw new Error(stderr.toString() || String(error));
  return Buffer.from(binary);
}

/** Where the module says which memory it imports: behind "env", "memory" and the kind of import, a byte of flags. */
function memoryFlagsOffset(binary) {
  const name = Buffer.from('\x03env\x06memory\x02', 'latin1');
  const offset = binary.indexOf(name) + name.length;
  if (offset < name.length || binary[offset] !== 3) throw new Error('the module imports no shared memory');
  return offset;
}

function moduleText(digest, binary) {
  const base64 = binary.toString('base64');
  const lines = base64.match(new RegExp(`.{1,${LINE}}`, 'g')) ?? [];
  return [
    '/** WebAssembly made of ../assembly by test/tools/build-simd.js; do not edit. */\n\n',
    `export const SOURCES_SHA256 = '${digest}';\n\n`,
    '/** Where a byte is 3 for a memory that threads share, and 1 for one of their own. */\n',
    `export const MEMORY_FLAGS_OFFSET = ${memoryFlagsOffset(binary)};\n\n`,
    '/** What functions take that give nothing back: a letter for each parameter, i for int32, f for float32, d for float64. */\n',
    `export const SIGNATURES: Readonly<Record<string, string>> = ${JSON.stringify(signaturesOf(binary), null, 2)};\n\n`,
    `/** ${binary.length} bytes, as base64. */\n`,
    `export const SIMD_WASM = \`\n${lines.join('\n')}\n\`;\n`,
  ].join('');
}

const [output = MODULE] = process.argv.slice(2);
const files = sources();
const digest = digestOf(files);
if (output !== MODULE || digest !== currentDigest()) {
  mkdirSync(dirname(output), { recursive: true });
  writeFileSync(output, moduleText(digest, await compile(files)));
}
