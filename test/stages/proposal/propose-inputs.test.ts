/** Tables that name files: what their inputs are, and a network of them. */

import { describe, expect, it } from 'vitest';
import { memoryStore } from '../../../src/artifacts/memory-store.ts';
import { Pipeline } from '../../../src/stages/pipeline.ts';
import type { DataRequest } from '../../../src/stages/proposal/data-request.ts';
import { proposeProject } from '../../../src/stages/proposal/propose-project.ts';
import { pumpFiles } from '../../cli/attached-files.ts';
import { filesOf } from '../text-files.ts';

const FILES = pumpFiles(40);
const REQUEST = { path: 'pumps/pumps.csv', target: 'state' };

function propose(request: Partial<DataRequest> = {}, files: Parameters<typeof filesOf>[0] = FILES) {
  return proposeProject({ ...REQUEST, ...request }, filesOf(files));
}

describe('a table that names files', () => {
  it('has an input for each column of them, and one for all others', async () => {
    const { project, roles, reasons } = await propose();
    expect(roles.columns.map(({ role, why }) => [role, why])).toEqual([
      ['files', 'wav'],
      ['files', 'images'],
      ['files', 'csv'],
      ['feature', undefined],
      ['feature', undefined],
      ['target', undefined],
    ]);
    expect(project.dataset).toMatchObject({
      inputs: [
        {
          name: 'clip',
          source: 'wav',
          column: 'clip',
          format: { rate: 4000, seconds: 0.25, channels: 'mono' },
        },
        { name: 'photo', source: 'images', column: 'photo', format: { width: 12, height: 12, channels: 1 } },
        // What counts rows is no feature.
        { name: 'shake', source: 'csv', column: 'shake', features: ['ax', 'ay'], length: 16 },
        { name: 'row', features: ['load', 'site'], prepare: [{ step: 'standard' }] },
      ],
    });
    expect(reasons).toContain('of the files of "shake" the first 16 rows are read: the shortest has no more');
    const pipeline = new Pipeline({ config: project, store: memoryStore(), listFiles: filesOf(FILES) });
    const { artifact } = await pipeline.run('train', { epochs: 1 });
    expect(artifact.manifest.metrics.parameters).toBeGreaterThan(1000);
  });

  it('of one column is a project of one input', async () => {
    const { project } = await propose({ features: ['photo'], fit: { ram: 64_000 } });
    expect(project.dataset).toMatchObject({ inputs: [{ source: 'images' }] });
    expect(project.model).toMatchObject({ architecture: 'cnn', fit: { ram: 64_000 } });
  });

  it('says that several inputs are not fitted', async () => {
    const { reasons, project } = await propose({ fit: { ram: 64_000 } });
    expect(reasons.at(-1)).toContain('no width is fitted to');
    expect(project.check).toMatchObject({ ram: 64_000 });
  });

  it('is rows of numbers where the files are not there, or anomalies are looked for', async () => {
    const [table] = Object.entries(FILES).filter(([path]) => path === 'pumps/pumps.csv');
    const alone = await propose({}, Object.fromEntries([table]));
    expect(alone.project.dataset).toMatchObject({
      features: ['load', 'site'],
      ignore: ['clip', 'photo', 'shake'],
    });
    const { project } = await propose({ normal: ['fine'] });
    expect(project.dataset).toMatchObject({ task: 'anomaly', features: ['load', 'site'] });
  });

  it.each<[string, Partial<DataRequest>, object]>([
    [
      'is told of its path where its folder is read as recordings',
      { path: 'pumps' },
      {
        message: 'The data are read as files of wav, which have no column "state"',
        hint: 'Give the path of the table that has it.',
      },
    ],
    [
      'is an end of recordings without classes, too',
      { path: 'pumps/sound', target: undefined },
      { code: 'no-target', hint: expect.stringContaining('or give the path of a table that names them') },
    ],
    [
      'cannot learn the names of its files',
      { target: 'clip' },
      { message: expect.stringContaining('Every row has another text in the column "clip"') },
    ],
    [
      'has one target until the project file names more',
      { target: 'load,state' },
      { code: 'several-targets', hint: expect.stringContaining('list all as "outputs"') },
    ],
  ])('%s', async (_, request, error) => {
    const sounds = Object.fromEntries(
      Object.entries(FILES).filter(([path]) => /\.wav$|pumps\.csv$/.test(path)),
    );
    await expect(propose(request, sounds)).rejects.toMatchObject(error);
  });

  it('is refused where series hold no numbers', async () => {
    const words = Object.fromEntries(
      Object.entries(FILES).map(([path, content]) => [
        path,
        path.includes('/shake/') ? 'a,b\nx,1\ny,1\n' : content,
      ]),
    );
    await expect(propose({}, words)).rejects.toMatchObject({
      code: 'no-features',
      hint: 'Leave it out: --ignore shake.',
    });
  });
});
