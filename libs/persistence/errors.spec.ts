import { describe, expect, it } from '@jest/globals';
import { Problem } from '#contracts/problems.js';
import { DatabaseLate, withDatabase } from './errors.js';

const failing = (error: Error): Promise<never> => withDatabase(() => Promise.reject(error));

describe('trouble of the database', () => {
  it.each([
    ['a connection that broke', 'EPIPE', 'write EPIPE'],
    ['a connection that was refused', 'ECONNREFUSED', ''],
    ['too many connections', '53300', 'sorry, too many clients already'],
    ['a deadlock', '40P01', 'deadlock detected'],
  ])('passes: %s', async (_, code, message) => {
    const error = Object.assign(new Error(message), { code });
    await expect(failing(error)).rejects.toBeInstanceOf(DatabaseLate);
  });

  it.each([
    ['a defect of ours', Object.assign(new Error('connection timeout expected'), { code: '42601' })],
    [
      'a refusal, whatever people wrote',
      new Problem('conflict', 'There is a person called timeout@example.org already.'),
    ],
    ['anything else', new Error('no')],
  ])('does not: %s', async (_, error) => {
    await expect(failing(error)).rejects.toBe(error);
  });
});
