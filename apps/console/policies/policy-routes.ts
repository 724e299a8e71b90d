import { setTimeout as rest } from 'node:timers/promises';

import type { Provider } from '@nestjs/common';

import type { AuditTrail } from '#persistence/audit-trail.js';
import { PolicyChangeStore } from '#persistence/policy-change-store.js';
import { PolicyDraftStore } from '#persistence/policy-draft-store.js';
import type { Demands } from '#persistence/policy-publication.js';
import { PolicyStore } from '#persistence/policy-store.js';
import { ReplayStore } from '#persistence/replay-store.js';
import { ScoreStore } from '#persistence/score-store.js';
import type { Logger } from '#telemetry/logger.js';

import { AskReplay } from '../replay/ask-replay.js';
import { RunReplays } from '../replay/run-replays.js';
import { ComparePolicies } from './compare-policies.js';
import { DraftPolicy } from './draft-policy.js';
import { MergePolicy } from './merge-policy.js';
import { POLICY_DEMANDS } from './policy-drafts.controller.js';
import { PublishDue } from './publish-due.js';
import { PublishPolicy } from './publish-policy.js';
import { RefuseStep } from './refuse-step.js';
import { StepPolicy } from './step-policy.js';
import { WriteDraft } from './write-draft.js';

/** The transaction of whoever asks ends a moment after the asking; a runner that is too early looks again soon. */
const COMMITTED_MS = 100;

/** What the routes of policies and replays need, and what goes on beside them. */
export interface PolicyParts {
  readonly providers: readonly Provider[];
  start(): void;
  /** Resolves when what is under way has ended. */
  stop(): Promise<void>;
}

/** @param demands what a draft must have before it is published */
export function policyParts(trail: AuditTrail, demands: Demands, log: Logger, nowMs: () => number): PolicyParts {
  const { database } = trail;
  const policies = new PolicyStore(database);
  const changes = new PolicyChangeStore(database);
  const drafts = new PolicyDraftStore(database);
  const replays = new ReplayStore(database);
  const merges = new MergePolicy(policies);
  const refusals = new RefuseStep(policies, merges);
  const running = new RunReplays({ replays, scores: new ScoreStore(database), policies, rest, log });
  const due = new PublishDue({ trail, changes, demands, log });
  const wake = (): void => void setTimeout(() => running.wake(), COMMITTED_MS).unref();
  return {
    providers: [
      { provide: PolicyStore, useValue: policies },
      { provide: DraftPolicy, useValue: new DraftPolicy(policies, merges) },
      { provide: PublishPolicy, useValue: new PublishPolicy(policies, refusals, demands) },
      { provide: ComparePolicies, useValue: new ComparePolicies(policies) },
      { provide: MergePolicy, useValue: merges },
      { provide: StepPolicy, useValue: new StepPolicy(changes, refusals, demands) },
      { provide: WriteDraft, useValue: new WriteDraft(drafts, merges) },
      { provide: POLICY_DEMANDS, useValue: demands },
      { provide: AskReplay, useValue: new AskReplay({ policies, drafts, replays, wake, nowMs }) },
    ],
    start: () => {
      running.start();
      due.start();
    },
    stop: async () => {
      await Promise.all([running.stop(), due.stop()]);
    },
  };
}
