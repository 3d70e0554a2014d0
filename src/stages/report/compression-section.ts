/** What methods of compression did: the model before them, and behind each. */

import type { Artifact } from '../../artifacts/store.ts';
import { compressionLegend, compressionRows, compressionTitles } from '../../models/compress/table-rows.ts';
import type { Section } from '../../targets/report/page.ts';
import { readCompression } from '../stage-reports.ts';

export function compressionSection(compress: Artifact): Section {
  const table = readCompression(compress);
  const [method, ...numbers] = compressionTitles(table);
  return {
    id: 'compression',
    title: 'Compression',
    blocks: [
      {
        kind: 'table',
        caption: `Before compression, and behind each method; ${compressionLegend(table)}`,
        columns: [{ title: method }, ...numbers.map((title) => ({ title, align: 'right' as const }))],
        rows: compressionRows(table),
      },
    ],
  };
}
