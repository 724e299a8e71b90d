import type { Logger } from './logger.js';
import type { Metrics } from './metrics.js';

/** What a pool of classifier processes tells: one became warm, or one died and for which reason. */
interface ClassifierEvent {
  readonly kind: 'ready' | 'died';
  readonly reason?: string;
}

/** Counts and logs what happens to a service's classifier processes. */
export function watchClassifiers(metrics: Metrics, log: Logger): (event: ClassifierEvent) => void {
  return (event) => {
    metrics.classifierEvent(event.reason ?? event.kind);
    if (event.kind === 'died') log.warn(event, 'a classifier process died and is replaced');
    else log.info(event, 'a classifier process is warm');
  };
}
