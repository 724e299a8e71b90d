const EVENT = /^portcullis_classifier_events_total\{event="([^"]+)"\} (\d+)$/gm;
/** A process that became warm is no death. */
const READY = 'ready';

/** Classifier processes of a service that ended, by reason, since it started. */
export type Deaths = Readonly<Record<string, number>>;

/** Reads a service's metrics. */
export async function readDeaths(serviceUrl: string): Promise<Deaths> {
  const response = await fetch(`${serviceUrl}/metrics`);
  return parseDeaths(await response.text());
}

export function parseDeaths(metrics: string): Deaths {
  const events = [...metrics.matchAll(EVENT)].map(([, event = '', count]): [string, number] => [event, Number(count)]);
  return Object.fromEntries(events.filter(([event, count]) => event !== READY && count > 0));
}
