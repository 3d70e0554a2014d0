/**
 * Generates `src/formats/tflite/generated/` from `schemas/tflite.fbs`: accessors by flatc, and the table of fields that
 * the verifier and the writer follow. Usage: node test/tools/generate-tflite.js [output folder]
 */

import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { tableShapes } from './fbs-shapes.js';

const SCHEMA = fileURLToPath(new URL('../../schemas/tflite.fbs', import.meta.url));
const GENERATED = fileURLToPath(new URL('../../src/formats/tflite/generated/', import.meta.url));
const ACCESSORS = 'tflite_generated.ts';
const SHAPES = 'table-shapes.ts';

/** Keeps what reads a model: no other roots, and no functions for flatbuffers' Builder, which our writer does without. */
function readingOnly(text) {
  return text
    .replace(/^static (?!getRootAsModel\(|bufferHasIdentifier\()\w+\([\s\S]*?^\}\n\n?/gm, '')
    .replaceAll('<T extends flatbuffers.Table>', ''); // the compiler refuses type parameters that nothing uses
}

function literal(value) {
  if (typeof value !== 'object') return typeof value === 'string' ? `'${value}'` : String(value);
  const members = Object.entries(value).map(([key, member]) => `${key}: ${literal(member)}`);
  return `{ ${members.join(', ')} }`;
}

function shapesModule(text) {
  const tables = Object.entries(tableShapes(text)).map(([table, fields]) => {
    const rows = Object.entries(fields).map(([name, shape]) => `    ${name}: ${literal(shape)},\n`);
    return `  ${table}: {${rows.length === 0 ? '' : `\n${rows.join('')}  `}},\n`;
  });
  return [
    '/** The fields of every table; generated from schemas/tflite.fbs, do not edit. */\n\n',
    "import type { TableShape } from '../table-shape.ts';\n\n",
    'export const TABLE_SHAPES = {\n',
    ...tables,
    '} as const satisfies Record<string, TableShape>;\n',
  ].join('');
}

const folder = process.argv[2] ?? GENERATED;
mkdirSync(folder, { recursive: true });
execFileSync('flatc', ['--ts', '--ts-flat-files', '-o', folder, SCHEMA]);
const accessors = join(folder, ACCESSORS);
writeFileSync(accessors, readingOnly(readFileSync(accessors, 'utf8')));
writeFileSync(join(folder, SHAPES), shapesModule(readFileSync(SCHEMA, 'utf8')));
