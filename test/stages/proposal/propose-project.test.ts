/** Projects for data that nobody described: what is found, and what is made of it. */

import { describe, expect, it } from 'vitest';
import { createRandom } from '../../../src/core/random.ts';
import type { DataRequest } from '../../../src/stages/proposal/data-request.ts';
import { proposeProject } from '../../../src/stages/proposal/propose-project.ts';
import { filesOf, rows } from '../text-files.ts';

const random = createRandom(1, 'proposal');
const noise = (): string => random.normal().toFixed(4);

async function propose(texts: Parameters<typeof filesOf>[0], request: DataRequest) {
  const { project, roles, reasons, profile } = await proposeProject(request, filesOf(texts));
  return { dataset: project.dataset, project, roles, reasons, profile };
}

describe('a table', () => {
  const table = `id,when,flat,a,kind,label\n${rows(60, (i) => `${i + 1},2024-01-${String(1 + (i % 28)).padStart(2, '0')},7,${noise()},${'uvw'[i % 3]},${i % 2 === 0 ? 'good' : 'bad'}`)}`;

  it('finds the label, and leaves out what tells nothing or names rows', async () => {
    const { dataset, roles, project } = await propose({ 't.csv': table }, { path: 't.csv' });
    expect(dataset).toMatchObject({
      source: 'csv',
      path: 't.csv',
      task: 'classification',
      target: 'label',
      features: ['a', 'kind'],
      ignore: ['id', 'when', 'flat'],
      columns: {
        id: 'number',
        when: 'time',
        flat: 'number',
        a: 'number',
        kind: 'category',
        label: 'category',
      },
      split: { by: 'stratified' },
    });
    expect(roles.columns.map(({ why }) => why)).toEqual([
      'counts rows',
      'a time',
      'always the same',
      undefined,
      undefined,
      undefined,
    ]);
    expect(project.model).toMatchObject({ architecture: 'mlp' });
    expect(project.training).toMatchObject({ loss: 'binaryCrossentropy' });
  });

  it('of which every recording counts its rows anew loses that column, whether recordings are files or groups', async () => {
    const recording = (from: number) => rows(30, (i) => `${from + 20 * i},${i},${noise()}`);
    const files = Object.fromEntries(
      ['down', 'up'].flatMap((name) =>
        [1, 2].map((i) => [`d/${name}/${i}.csv`, `ms,n,x\n${recording(7 * i)}`]),
      ),
    );
    const { dataset, roles } = await propose(files, { path: 'd' });
    expect(dataset).toMatchObject({ features: ['x'], ignore: ['ms', 'n'] });
    expect(roles.columns[1].why).toBe('counts rows, anew in every recording');
    const one = `who,n,x,label\n${rows(60, (i) => `p${Math.floor(i / 12)},${i % 12},${noise()},${'ab'[i % 2]}`)}`;
    expect((await propose({ 't.csv': one }, { path: 't.csv', group: 'who' })).dataset).toMatchObject({
      features: ['x'],
    });
    expect((await propose({ 't.csv': one }, { path: 't.csv' })).dataset).toMatchObject({
      features: ['who', 'n', 'x'],
    });
  });

  it('says why its target is that, and takes labels in rows before names of files', async () => {
    const why = async (text: string, request: Partial<DataRequest> = {}) =>
      (await propose({ 't.csv': text }, { path: 't.csv', ...request })).roles;
    const one = (name: string) => `a,${name}\n${rows(60, (i) => `${noise()},${'uv'[i % 2]}`)}`;
    expect(await why(one('label'))).toMatchObject({
      target: 'label',
      why: expect.stringMatching(/^columns of that name/),
    });
    expect(await why(one('q'))).toMatchObject({
      target: 'q',
      why: expect.stringMatching(/^no other one has texts/),
    });
    expect(await why(one('q'), { target: 'a' })).toMatchObject({ target: 'a', why: 'as you said' });
    const days = { 'd/mon.csv': one('label'), 'd/tue.csv': one('label') };
    const { dataset, reasons } = await propose(days, { path: 'd' });
    expect(dataset).toMatchObject({ target: 'label', features: ['a'] });
    expect(reasons).toContainEqual(
      expect.stringMatching(/^what is to be learned is the column "label": columns of that name/),
    );
    const still = (text: string) => `a,label\n${rows(60, () => `${noise()},${text}`)}`;
    const told = await propose({ 'd/up.csv': still('u'), 'd/down.csv': still('d') }, { path: 'd' });
    expect(told.dataset).toMatchObject({ classFrom: 'file', features: ['a'], ignore: ['label'] });
  });

  it('is to fit what it is told, and is held to it', async () => {
    const fit = { ram: 8192, flash: 4096 };
    const { project } = await propose({ 't.csv': table }, { path: 't.csv', fit });
    expect([project.model, project.check]).toMatchObject([{ architecture: 'mlp', fit }, fit]);
  });

  it('takes what it is told', async () => {
    const { dataset, project } = await propose(
      { 't.csv': table },
      { path: 't.csv', target: 'a', ignore: ['id', 'label'], time: 'when' },
    );
    expect(dataset).toMatchObject({ task: 'regression', target: 'a', time: 'when', split: { by: 'time' } });
    expect(project.training).toMatchObject({ loss: 'mse', targets: 'standard' });
  });

  it('names the columns where nothing says what is to be learned', async () => {
    const plain = `a,b\n${rows(30, () => `${noise()},${noise()}`)}`;
    await expect(propose({ 't.csv': plain }, { path: 't.csv' })).rejects.toMatchObject({
      code: 'no-target',
      hint: 'Name the column with --target: a, b.',
    });
  });

  it('suggests the name that was meant', async () => {
    await expect(propose({ 't.csv': table }, { path: 't.csv', target: 'lable' })).rejects.toMatchObject({
      code: 'unknown-column',
      hint: 'Did you mean "label"?',
    });
  });

  it('takes numbers far outside of all others for what is missing', async () => {
    const sensor = `x,y\n${rows(200, (i) => (i % 20 === 7 ? '-200,-200' : `${(10 + random.uniform()).toFixed(3)},${(5 + random.uniform()).toFixed(3)}`))}`;
    const { dataset, reasons } = await propose({ 't.csv': sensor }, { path: 't.csv', target: 'y' });
    expect(dataset).toMatchObject({ missing: { codes: [-200], policy: 'drop' } });
    expect(reasons.join()).toContain('-200 stands far from all other values');
  });
});

describe('recordings', () => {
  const recording = (count: number): string => `x,y\n${rows(count, () => `${noise()},${noise()}`)}`;

  it('one after another in a file of each class have the length that divides all files', async () => {
    const texts = { 'd/up.csv': recording(60), 'd/down.csv': recording(84), 'd/left.csv': recording(36) };
    const { dataset, project, reasons } = await propose(texts, { path: 'd' });
    expect(dataset).toMatchObject({
      task: 'classification',
      classFrom: 'file',
      recordingRows: 12,
      window: { length: 12, stride: 12 },
    });
    expect(reasons.join()).toContain('a multiple of 12 rows');
    expect(project.model).toMatchObject({ architecture: 'conv1d' });
    expect(project.training.augment).toMatchObject([{ type: 'shift' }, { type: 'splice', share: 0.5 }]);
  });

  it('in folders of classes are windows as long as every file', async () => {
    const texts = Object.fromEntries(
      ['walk/1', 'walk/2', 'run/1', 'run/2'].map((name) => [`d/${name}.csv`, recording(50)]),
    );
    const { dataset } = await propose(texts, { path: 'd' });
    expect(dataset).toMatchObject({ classFrom: 'folder', window: { length: 50, stride: 50 } });
  });

  it('of other lengths are cut into windows that overlap', async () => {
    const texts = { 'd/a/1.csv': recording(301), 'd/a/2.csv': recording(200), 'd/b/1.csv': recording(255) };
    const { dataset, project } = await propose(texts, { path: 'd' });
    expect(dataset).toMatchObject({ window: { length: 64, stride: 32 }, split: { by: 'stratified' } });
    expect(project.training.augment).toBeUndefined();
  });

  it('are whole in one part where windows are cut out of them and every class has enough', async () => {
    const texts = Object.fromEntries(
      ['a/1', 'a/2', 'a/3', 'b/1', 'b/2', 'b/3'].map((name) => [`d/${name}.csv`, recording(100)]),
    );
    const cut = await propose(texts, { path: 'd', window: 50 });
    expect(cut.dataset).toMatchObject({ window: { length: 50, stride: 50 }, split: { by: 'group' } });
    expect(cut.project.training.augment).toBeUndefined();
    expect(cut.reasons.join()).toContain('windows of one file stay in one part');
    const asked = await propose(texts, { path: 'd', window: 50, split: { by: 'random' } });
    expect(asked.dataset).toMatchObject({ split: { by: 'random' } });
    const whole = await propose(texts, { path: 'd', window: 51 });
    expect(whole.dataset).toMatchObject({ split: { by: 'stratified' } });
    const few = Object.fromEntries(Object.entries(texts).filter(([name]) => name !== 'd/b/3.csv'));
    expect((await propose(few, { path: 'd', window: 50 })).dataset).toMatchObject({
      split: { by: 'stratified' },
    });
  });

  it('of a machine are watched for anomalies', async () => {
    const file = `t,v,state\n${rows(80, (i) => `${i % 7},${noise()},${i < 60 ? 0 : 1}`)}`;
    const { dataset, project } = await propose(
      { 'd/1.csv': file, 'd/2.csv': file },
      {
        path: 'd',
        target: 'state',
        normal: ['0'],
        window: 5,
        stride: 1,
        split: { by: 'head', number: 40 },
      },
    );
    expect(dataset).toMatchObject({
      task: 'anomaly',
      normal: ['0'],
      baseline: 40,
      window: { length: 5, stride: 1 },
      split: { by: 'head', rows: 40 },
      prepare: [{ step: 'standard' }, { step: 'clip', low: -8, high: 8 }],
    });
    expect(project.model).toMatchObject({ architecture: 'autoencoder' });
  });
});

it('says what it reads where it reads none of the files', async () => {
  await expect(
    propose({ 'd/a.docx': 'PK\u0003\u0004', 'd/b.docx': 'PK\u0003\u0004' }, { path: 'd' }),
  ).rejects.toMatchObject({
    code: 'unknown-data',
    message: 'None of the 2 files in d is of a kind that tinyml reads',
  });
});
