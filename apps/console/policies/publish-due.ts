import type { AuditTrail } from '#persistence/audit-trail.js';
import type { Actor } from '#persistence/audit-store.js';
import { PollLoop } from '#persistence/poll-loop.js';
import type { DueDraft, PolicyChangeStore } from '#persistence/policy-change-store.js';
import type { Demands } from '#persistence/policy-publication.js';
import type { Logger } from '#telemetry/logger.js';

/** A draft is published within about a second of its time. */
const REST_MS = 1_000;
/** Who acts when a time has come; who chose the time stands in `publish_at_by` and `published_by`. */
const CLOCK: Actor = { kind: 'nobody', id: null, name: 'schedule', role: null, requestId: null };

/** The draft was published, or missed, by another console. */
class Gone extends Error {}

export interface PublishDueParts {
  readonly trail: Pick<AuditTrail, 'perform'>;
  /** On the trail's database. */
  readonly changes: Pick<PolicyChangeStore, 'due' | 'publishDue'>;
  readonly demands: Demands;
  readonly log: Pick<Logger, 'info' | 'warn'>;
}

/** Publishes drafts at their time. Every console looks; the database lets one of them do it. */
export class PublishDue {
  private readonly loop = new PollLoop(() => this.look(), REST_MS);

  constructor(private readonly parts: PublishDueParts) {}

  start(): void {
    this.loop.start();
  }

  stop(): Promise<void> {
    return this.loop.stop();
  }

  private async look(): Promise<boolean> {
    const { changes, log } = this.parts;
    try {
      const version = await changes.due();
      if (version === undefined) return false;
      const { publication } = await this.publish(version);
      log.info({ version, publication: publication.kind }, 'the time of a policy has come');
      return true;
    } catch (error) {
      if (!(error instanceof Gone)) log.warn({ err: error }, 'policies could not be published at their time');
      return false;
    }
  }

  /** In one transaction with the row that tells of it. */
  private publish(version: number): Promise<DueDraft> {
    const { trail, changes, demands } = this.parts;
    const deed = {
      act: 'policy.publish_scheduled',
      subject: 'policy',
      id: String(version),
      note: ({ publication }: DueDraft) => ({ came: { publication: publication.kind } }),
    } as const;
    return trail.perform(CLOCK, deed, async () => {
      const due = await changes.publishDue(version, demands);
      if (due === undefined) throw new Gone('another console was quicker');
      return due;
    });
  }
}
