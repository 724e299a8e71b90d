import { describe, expect, it } from '@jest/globals';
import { PassThrough } from 'node:stream';
import { confirm } from './confirm.js';

/** What becomes of a question that is answered so. */
async function asked(answer: string, isTTY: boolean): Promise<[boolean, string]> {
  const [input, output] = [Object.assign(new PassThrough(), { isTTY }), new PassThrough()];
  input.end(`${answer}\n`);
  const said = await confirm('Erase all?', input, output);
  return [said, String(output.read() ?? '')];
}

describe('a question before something is done for good', () => {
  it.each(['y', 'Yes', ' YES '])('is answered by %j', async (answer) => {
    const [said, shown] = await asked(answer, true);
    expect(said).toBe(true);
    expect(shown).toContain('Erase all? [y/N]');
  });

  it.each(['', 'n', 'yesterday', 'nay'])('is denied by %j', async (answer) => {
    expect((await asked(answer, true))[0]).toBe(false);
  });

  it('is not asked where nobody is there to answer', async () => {
    expect(await asked('n', false)).toEqual([true, '']);
  });
});
