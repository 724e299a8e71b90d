import type { ProblemBody } from '#contracts/problems.js';
import { eventually } from '../support/eventually.js';
import { COOKIE } from '../../apps/console/sign-in/session-cookie.js';

/** A tab that listens to the queue, without the rest of the page. */
export interface Listening {
  readonly status: number;
  /** Why it may not. */
  readonly problem: ProblemBody | undefined;
  /** Waits until it was told how the queue stands. */
  isTold(): Promise<void>;
  close(): void;
}

const EVENT = 'event: queue';

/** More that come in one moment are told that the service is busy. */
const AT_ONCE = 8;
const BUSY = 503;

/** Opens as many streams as there are tokens of sessions; all are open in the end. */
export async function openStreams(url: string, tokens: readonly string[]): Promise<Listening[]> {
  const open: Listening[] = [];
  for (let begun = 0; begun < tokens.length; begun += AT_ONCE) {
    const next = tokens.slice(begun, begun + AT_ONCE);
    open.push(...(await Promise.all(next.map((token) => openStream(url, token)))));
  }
  return open;
}

async function openStream(url: string, token: string): Promise<Listening> {
  const over = new AbortController();
  const headers = { cookie: `${COOKIE}=${token}` };
  // a machine that does much else may be told so all the same, which is another matter
  const answer = await eventually('the service is not busy', async () => {
    const given = await fetch(`${url}/api/live`, { headers, signal: over.signal });
    if (given.status === BUSY) await given.body?.cancel();
    return given.status !== BUSY && given;
  });
  return {
    status: answer.status,
    problem: answer.ok ? undefined : ((await answer.json()) as ProblemBody),
    close: () => over.abort(),
    async isTold() {
      const reader = answer.body?.getReader();
      let text = '';
      while (!text.includes(EVENT)) {
        const read = await reader?.read();
        if (read?.value === undefined) throw new Error(`the stream ended: ${text}`);
        text += Buffer.from(read.value as Uint8Array).toString();
      }
      // what is left is not read: it is little, and ends with the stream
      reader?.releaseLock();
    },
  };
}
