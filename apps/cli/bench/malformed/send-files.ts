import { setTimeout as delay } from 'node:timers/promises';

import type { FormClient } from '../upload/form-client.js';
import type { HostileFile } from './hostile-files.js';
import { retryAfterMsOf, type Reply } from './tally.js';

/** A file for a client to send, and who wants to know what came of it. */
export interface Parcel {
  readonly file: HostileFile;
  readonly onReply: (reply: Reply) => void;
}

/** A file that is sent away so often has been given its chance. */
const TRIES_MAX = 25;
const RETRY_MS_MAX = 2_000;

/**
 * Uploads parcels, as many at once as there are clients, until there are none. A connection that breaks is a reply. Who
 * is told to come again comes again: otherwise a busy service would look at none of the files.
 */
export async function sendFiles(
  client: FormClient,
  nextParcel: () => Parcel | undefined,
  { clients, signal }: { readonly clients: number; readonly signal: AbortSignal },
): Promise<void> {
  const sender = async (): Promise<void> => {
    for (let parcel = nextParcel(); parcel !== undefined; parcel = nextParcel()) {
      for (let tries = 1; ; tries += 1) {
        signal.throwIfAborted();
        const reply = await replyTo(client, parcel.file);
        parcel.onReply(reply);
        const retryAfterMs = retryAfterMsOf(reply);
        if (retryAfterMs === undefined || tries === TRIES_MAX) break;
        await delay(Math.min(retryAfterMs, RETRY_MS_MAX), undefined, { signal });
      }
    }
  };
  await Promise.all(Array.from({ length: clients }, sender));
}

async function replyTo(client: FormClient, { bytes }: HostileFile): Promise<Reply> {
  const startedMs = performance.now();
  try {
    return await client.upload(bytes);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return { status: 0, body: why, ms: performance.now() - startedMs };
  }
}
