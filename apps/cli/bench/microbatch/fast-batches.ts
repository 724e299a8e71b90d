/** Batches of the fast tier since the service's start. */
export interface FastBatches {
  readonly batches: number;
  readonly images: number;
}

/** Reads a service's metrics. @throws Error when they hold no batches */
export async function readFastBatches(serviceUrl: string): Promise<FastBatches> {
  const response = await fetch(`${serviceUrl}/metrics`);
  return parseFastBatches(await response.text());
}

export function parseFastBatches(metrics: string): FastBatches {
  const read = (name: string): number =>
    Number(new RegExp(`^portcullis_fast_batch_size_${name} (\\S+)$`, 'm').exec(metrics)?.[1]);
  const found = { batches: read('count'), images: read('sum') };
  if (Object.values(found).some(Number.isNaN)) throw new Error('the service does not tell the sizes of its batches');
  return found;
}
