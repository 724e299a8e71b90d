import { userInfo } from 'node:os';

import type { Actor } from '#persistence/audit-store.js';
import { AuditTrail, type Deed } from '#persistence/audit-trail.js';

/** Does things as whoever runs the command, and has them written down in the same transaction. */
export interface CliActs {
  readonly by: Actor;
  /** For the stores of what is done. */
  readonly database: AuditTrail['database'];
  readonly act: <T>(deed: Deed<T>, work: () => Promise<T>) => Promise<T>;
}

/** @param source the database of the installation */
export function cliActs(source: AuditTrail['database']): CliActs {
  const trail = new AuditTrail(source);
  const by: Actor = { kind: 'cli', id: null, name: `cli:${account()}`, role: null, requestId: null };
  return { by, database: trail.database, act: (deed, work) => trail.perform(by, deed, work) };
}

/** Containers have users without an account. */
function account(): string {
  try {
    return userInfo().username;
  } catch {
    return String(process.getuid?.() ?? 'unknown');
  }
}
