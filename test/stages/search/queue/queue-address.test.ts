import { describe, expect, it } from 'vitest';
import { TinymlError } from '../../../../src/core/errors.ts';
import { parseQueueAddress } from '../../../../src/stages/search/queue/queue-address.ts';

describe('parseQueueAddress', () => {
  it.each([
    ['redis://host', 'redis://host:6379', { host: 'host', port: 6379, db: 0 }],
    ['redis://10.0.0.7:7000/3', 'redis://10.0.0.7:7000/3', { host: '10.0.0.7', port: 7000, db: 3 }],
    ['redis://host/', 'redis://host:6379', { host: 'host', port: 6379, db: 0 }],
    ['redis://[::1]:6380', 'redis://[::1]:6380', { host: '::1', port: 6380, db: 0 }],
    ['rediss://host', 'rediss://host:6379', { host: 'host', port: 6379, db: 0, tls: {} }],
    ['redis://:p%40ss@host', 'redis://host:6379', { host: 'host', port: 6379, db: 0, password: 'p@ss' }],
    [
      'redis://me:secret@host',
      'redis://host:6379',
      { host: 'host', port: 6379, db: 0, username: 'me', password: 'secret' },
    ],
  ])('reads %s and shows %s', (text, shown, server) => {
    expect(parseQueueAddress(text)).toEqual({ shown, server });
  });

  it.each([
    ['', 'The address of the queue is none'],
    ['host:6379', 'The address of the queue is not one of a Redis server'],
    ['http://:secret@host', 'The address of the queue is not one of a Redis server'],
    ['redis://', 'The address of the queue names no host'],
    ['redis://:secret@host/name', 'The address of the queue has a path that is no number of a database'],
    [
      'redis://:secret@host?family=6',
      'The address of the queue has something behind the number of its database',
    ],
    [
      'redis://:secret%@host',
      'The address of the queue has a % in its name or password that encodes nothing',
    ],
    ['redis://:secret@host:99999', 'The address of the queue is none'],
  ])('refuses %s without saying it again', (text, message) => {
    const refusal = (() => {
      try {
        return parseQueueAddress(text);
      } catch (error) {
        return error;
      }
    })();
    expect(refusal).toBeInstanceOf(TinymlError);
    expect(refusal).toMatchObject({ kind: 'usage', code: 'bad-queue-address', message });
    expect(JSON.stringify(refusal)).not.toContain('secret');
  });
});
