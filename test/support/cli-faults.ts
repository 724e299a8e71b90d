import { expect, it } from '@jest/globals';
import type { CliEnded } from './run-cli.js';
import type { Environment } from './test-service.js';

/** What is wrong, a command that has it, settings of that command, and how it ends: its exit code, and words of its error. */
export type CliFault = readonly [
  what: string,
  args: readonly string[],
  environment: Environment,
  code: number,
  words: string,
];

/** Commands that work on the database ask for one first. */
export const NO_INSTALLATION: CliFault = [
  'no installation',
  ['list'],
  { DATABASE_URL: '', PORTCULLIS_HOME: '/nonexistent' },
  78,
  'there is no installation',
];

/** A test for each fault: the command ends with its code and says what is wrong. */
export function itSaysWhatIsWrong(
  run: (args: readonly string[], environment: Environment) => Promise<CliEnded>,
  faults: readonly CliFault[],
): void {
  it.each(faults)('says what is wrong with %s', async (_what, args, environment, code, words) => {
    const ended = await run(args, environment);
    expect(ended.error).toContain(words);
    expect(ended.code).toBe(code);
  });
}
