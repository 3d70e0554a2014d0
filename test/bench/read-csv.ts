/** `node read-csv.js PATH`: a table of text, sniffed, its columns' kinds found by all values, and read to the end. */

import { listDataFiles } from '../../src/artifacts/data-files.ts';
import { csvSource } from '../../src/data/sources/csv.ts';

const context = {
  skip(error: Error) {
    throw error;
  },
};
const files = listDataFiles(process.argv[2]);
const source = await csvSource.open(files, await csvSource.sniff(files, context), context);
let rows = 0;
for await (const block of source.blocks()) rows += block.rows;
if (rows !== Number(process.argv[3])) throw new Error(`${rows} rows were read`);
