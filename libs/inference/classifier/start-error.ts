import type { Death } from './child-life.js';
import { ClassifierNotStarted, ClassifierRefused } from './errors.js';
import type { DecodeHostOptions, HostOptions } from './host-options.js';

/** Why processes were not started, of which one died before all were warm: another start would be no use, or may be. */
export function startError({ reason, detail }: Death, host: HostOptions | DecodeHostOptions): Error {
  if (reason === 'refused') return new ClassifierRefused(detail);
  const purpose = 'modelRef' in host ? host.modelRef : 'decoding';
  const early = `a process for ${purpose} ended before all were warm (${reason}): ${detail}`;
  return reason === 'memory' ? new ClassifierRefused(early) : new ClassifierNotStarted(early);
}
