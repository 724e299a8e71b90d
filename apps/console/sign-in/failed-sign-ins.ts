import type { OnModuleDestroy } from '@nestjs/common';

import type { AuditEntry, AuditStore } from '#persistence/audit-store.js';
import type { AuditTrail } from '#persistence/audit-trail.js';

import { nobody } from '../audit/actor-of.js';

/** A sign-in that failed. */
export interface FailedSignIn {
  /** Whose name it was; null for nobody's. What was typed is not kept: it may be a password in the wrong field. */
  readonly personId: string | null;
  readonly address: string;
  readonly requestId: string;
}

const MINUTE_MS = 60_000;
/** The audit is never shortened: whoever guesses from many addresses shall not fill it. */
const ROWS_PER_MINUTE_MAX = 60;

/** Writes failed sign-ins down; in a flood of them some rows, which tell how many there were beside them. */
export class FailedSignIns implements OnModuleDestroy {
  private beganMs = 0;
  private rows = 0;
  private untold = 0;

  /** @param nowMs a clock that never goes back */
  constructor(
    private readonly trail: Pick<AuditTrail, 'together'>,
    private readonly book: Pick<AuditStore, 'record'>,
    private readonly nowMs: () => number = () => performance.now(),
  ) {}

  async record({ personId, address, requestId }: FailedSignIn): Promise<void> {
    const nowMs = this.nowMs();
    if (nowMs - this.beganMs >= MINUTE_MS) [this.beganMs, this.rows] = [nowMs, 0];
    if (this.rows >= ROWS_PER_MINUTE_MAX) {
      this.untold += 1;
      return;
    }
    this.rows += 1;
    const untold = this.untold;
    this.untold = 0;
    await this.write(requestId, personId, { address, ...(untold === 0 ? {} : { othersUntold: untold }) });
  }

  /** Nest calls it when the service ends: how many there were that no row tells of. */
  async onModuleDestroy(): Promise<void> {
    const othersUntold = this.untold;
    this.untold = 0;
    if (othersUntold > 0) await this.write(null, null, { othersUntold });
  }

  private async write(requestId: string | null, id: string | null, detail: AuditEntry['detail']): Promise<void> {
    const by = nobody(requestId);
    await this.trail.together((transaction) =>
      this.book.record(transaction, { by, act: 'session.refuse', type: 'person', id, detail }),
    );
  }
}
