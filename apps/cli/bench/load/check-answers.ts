import { types } from 'node:util';

import type { RunSummary } from './summarise-run.js';

const ANSWER_MS_MAX = 5_000;

/**
 * Sees whether a web server answers at an address, whatever it says.
 *
 * @throws Error that says what to look at
 */
export async function checkAnswers(url: string): Promise<void> {
  try {
    const answer = await fetch(`${url}/health/live`, {
      redirect: 'manual',
      signal: AbortSignal.timeout(ANSWER_MS_MAX),
    });
    await answer.body?.cancel();
  } catch (error) {
    throw new Error(
      `nothing answers at ${url} (${reasonOf(error)}): --url is the address of an upload service that runs`,
      { cause: error },
    );
  }
}

/** What `fetch` hides behind "fetch failed". */
function reasonOf(error: unknown): string {
  if (!types.isNativeError(error)) return String(error);
  const { cause } = error;
  if (!types.isNativeError(cause)) return error.message;
  return 'code' in cause ? String(cause.code) : cause.message;
}

const HINTS: Readonly<Record<string, string>> = {
  'status 401': ' (is --key the secret of a key of that installation?)',
  'status 403': ' (has the key the scope of uploads?)',
  'status 404': ' (is --url the address of the upload service?)',
  'status 429': ' (the key has a limit)',
};

/** Why nothing was decided, in words. */
export function whyUndecided({ requests, outcomes: { shed, refused }, failures }: RunSummary): string {
  const counts = [
    ...(shed === 0 ? [] : [`${shed} were given the policy’s default`]),
    ...(refused === 0 ? [] : [`${refused} were told to come back later`]),
    ...Object.entries(failures).map(([why, count]) => `${count} failed: ${why}${HINTS[why] ?? ''}`),
  ];
  return `the fast tier decides nothing: of ${requests} uploads without load, ${counts.join('; ')}`;
}
