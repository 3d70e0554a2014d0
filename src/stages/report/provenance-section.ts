/** What everything was made of and with: enough to make it again, and to prove that it is the same. */

import type { Artifact } from '../../artifacts/store.ts';
import { formatCount, formatFigure } from '../../core/figure-text.ts';
import { prettyJson } from '../../core/json.ts';
import type { Block, Section, Table } from '../../targets/report/page.ts';

/** Sources and files beyond are not listed one by one: a folder of recordings may have thousands. */
const MOST_FILES = 50;

/** The folder of the artifact is called by its version. */
function versionOf({ directory }: Artifact): string {
  return directory.split(/[\\/]/).at(-1) ?? '';
}

function overridesOf({ manifest }: Artifact): string {
  return Object.entries(manifest.provenance.overrides)
    .map(([name, value]) => `${name} ${JSON.stringify(value)}`)
    .join(', ');
}

function stageTable(artifacts: readonly Artifact[]): Table {
  return {
    kind: 'table',
    caption: 'Stages, in the order in which they were made of one another',
    columns: [
      { title: 'stage' },
      { title: 'version' },
      { title: 'made at' },
      { title: 'seconds', align: 'right' },
      { title: 'seed', align: 'right' },
      { title: 'by' },
      { title: 'options of the command line' },
      { title: 'digest (SHA-256)' },
    ],
    rows: artifacts.map((artifact) => {
      const { stage, seed, tool, digest, provenance } = artifact.manifest;
      return [
        stage,
        versionOf(artifact),
        provenance.createdAt,
        formatFigure(provenance.seconds),
        String(seed),
        tool,
        overridesOf(artifact),
        digest,
      ];
    }),
  };
}

interface ListedFile {
  readonly stage: string;
  readonly path: string;
  readonly bytes: number;
  readonly sha256: string;
}

function fileTable(caption: string, files: readonly ListedFile[]): readonly Block[] {
  if (files.length === 0) return [];
  const listed = files.slice(0, MOST_FILES);
  const left = files.length - listed.length;
  return [
    {
      kind: 'table',
      caption: left === 0 ? caption : `${caption} (the first ${MOST_FILES}; the manifests list ${left} more)`,
      columns: [
        { title: 'file' },
        { title: 'stage' },
        { title: 'bytes', align: 'right' },
        { title: 'SHA-256' },
      ],
      rows: listed.map(({ path, stage, bytes, sha256 }) => [path, stage, formatCount(bytes), sha256]),
    },
  ];
}

export function provenanceSection(artifacts: readonly Artifact[]): Section {
  const filesOf = (kind: 'sources' | 'files'): readonly ListedFile[] =>
    artifacts.flatMap(({ manifest }) =>
      (manifest[kind] ?? []).map((file) => ({ ...file, stage: manifest.stage })),
    );
  return {
    id: 'provenance',
    title: 'Provenance',
    blocks: [
      {
        kind: 'text',
        text: 'Made by "tinyml run" in the folder of the project, with the options of the command line that the table lists. The same options, seed, sources and version of tinyml give the same bytes, and so the same digests.',
      },
      stageTable(artifacts),
      ...fileTable('Sources: files of yours that were read', filesOf('sources')),
      ...fileTable('Files of the artifacts', filesOf('files')),
      { kind: 'heading', text: 'Options' },
      ...artifacts.flatMap(({ manifest }): readonly Block[] => [
        { kind: 'text', text: `${manifest.stage}:` },
        { kind: 'code', text: prettyJson(manifest.options).trimEnd() },
      ]),
    ],
  };
}
