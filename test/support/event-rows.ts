import { randomUUID } from 'node:crypto';
import type { DataSource } from 'typeorm';
import type { ProvisionalVerdict, Verdict } from '#moderation/words.js';
import { FinalStore } from '#persistence/final-store.js';
import { PendingFinalStore } from '#persistence/pending-final-store.js';
import { SubmissionStore, type Submission } from '#persistence/submission-store.js';
import { resultOf, submissionOf } from './history-rows.js';

const HOUR_MS = 3_600_000;

/** An asset that waits for its final. @returns its id */
export async function addAsset(
  database: DataSource,
  clientId: string,
  verdict: ProvisionalVerdict = 'allow',
  differing: Partial<Submission> = {},
): Promise<string> {
  const submission = { ...submissionOf(clientId, { verdict, ifLate: 'block', overdue: false }), ...differing };
  await new SubmissionStore(database).accept(submission);
  return submission.assetId;
}

/** Writes the heavy tier's finals of assets that wait for them. */
export async function addFinals(
  database: DataSource,
  assetIds: readonly string[],
  verdict: Verdict = 'allow',
): Promise<void> {
  const token = randomUUID();
  await new PendingFinalStore(database).lease(assetIds, token, HOUR_MS);
  const results = assetIds.map((id) => resultOf(id, { verdict, policyVersion: 1, dies: false }));
  await new FinalStore(database).settle(token, results, Date.now());
}

/** Assets with their finals, each of which is an event. @returns their ids */
export async function addEvents(database: DataSource, clientId: string, count: number): Promise<string[]> {
  const ids: string[] = [];
  for (let made = 0; made < count; made += 1) ids.push(await addAsset(database, clientId));
  await addFinals(database, ids);
  return ids;
}
