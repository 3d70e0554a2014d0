import { expect, it } from 'vitest';
import { loadQueuePackages } from '../../../../src/stages/search/queue/queue-packages.ts';

it('gives what BullMQ and ioredis export', async () => {
  const { Queue, Worker, Redis } = await loadQueuePackages();
  expect([typeof Queue, typeof Worker, typeof Redis]).toEqual(['function', 'function', 'function']);
});

it('says how to install them where they are missing, and hides no other error', async () => {
  const missing = Object.assign(new Error('Cannot find package'), { code: 'ERR_MODULE_NOT_FOUND' });
  await expect(loadQueuePackages(() => Promise.reject(missing))).rejects.toMatchObject({
    kind: 'environment',
    code: 'bullmq-not-installed',
    hint: expect.stringContaining('npm install bullmq@6 ioredis@6'),
  });
  await expect(loadQueuePackages(() => Promise.reject(new Error('another')))).rejects.toThrow('another');
});
