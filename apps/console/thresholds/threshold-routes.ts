import type { Provider } from '@nestjs/common';

import type { Price } from '#contracts/cost-answer.js';
import type { openDatabase } from '#persistence/database.js';
import { PolicyStore } from '#persistence/policy-store.js';
import { ReplayStore } from '#persistence/replay-store.js';
import { ScoreStore } from '#persistence/score-store.js';
import { UsageStore } from '#persistence/usage-store.js';

import { ReadThresholds } from './read-thresholds.js';
import { SampleScores } from './sample-scores.js';

/** What the routes of thresholds need. */
export function thresholdProviders(
  database: Awaited<ReturnType<typeof openDatabase>>,
  price: Price,
  nowMs: () => number,
): Provider[] {
  const [scores, usage] = [new ScoreStore(database), new UsageStore(database)];
  const samples = new SampleScores({ scores, usage, nowMs, passedMs: () => performance.now() });
  const [policies, clients] = [new PolicyStore(database), new ReplayStore(database)];
  const read = new ReadThresholds({ samples, policies, clients, price, nowMs });
  return [{ provide: ReadThresholds, useValue: read }];
}
