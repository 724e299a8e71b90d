import { Problem } from '#contracts/problems.js';
import { FetchFault } from '#fetching/fetch-fault.js';
import { fetchGuarded, type FetchOptions } from '#fetching/fetch-guarded.js';

import { storeImage } from '../assets/store-image.js';
import type { ReceivedUpload, ReceiveOptions } from '../assets/upload-source.js';
import type { ClientSlots } from '../client-slots.js';

/** How the service fetches images that clients name. */
export interface ImageFetching {
  readonly web: Pick<FetchOptions, 'resolve' | 'allowances' | 'totalMs' | 'signal'>;
  readonly slots: ClientSlots;
  /** By host. */
  readonly hosts: ClientSlots;
}

/**
 * Fetches one image to storage. Nothing is left behind when it throws.
 *
 * @throws Problem `url-refused`, `url-unreachable`, `overloaded`, and those of `storeImage`
 */
export async function fetchImage(
  url: string,
  clientId: string,
  assetId: string,
  options: ReceiveOptions,
  { web, slots, hosts }: ImageFetching,
): Promise<Omit<ReceivedUpload, 'fields'>> {
  const { assetBytesMax } = options;
  const fetched = async (): Promise<Omit<ReceivedUpload, 'fields'>> => {
    try {
      // one byte more: that it is too much is for the storage to say
      const bytes = await fetchGuarded(url, { ...web, bytesMax: assetBytesMax + 1 });
      return await storeImage(bytes, assetId, options);
    } catch (error) {
      throw error instanceof FetchFault ? problemOf(error, assetBytesMax) : error;
    }
  };
  return slots.hold(clientId, () => hosts.hold(hostOf(url), fetched));
}

/** As the guard reads it; all that is no address is one host, and refused. */
const hostOf = (url: string): string => (URL.canParse(url) ? new URL(url).hostname.replace(/\.$/, '') : '');

function problemOf({ kind, message }: FetchFault, assetBytesMax: number): Problem {
  if (kind === 'refused') {
    const rules = 'http or https on its usual port, no credentials, and a public address';
    return new Problem('url-refused', `Nothing is fetched from this address. It needs ${rules}.`);
  }
  if (kind === 'too_large') return new Problem('too-large', `An image may have at most ${assetBytesMax} bytes.`);
  return new Problem('url-unreachable', `The image could not be fetched: ${message}.`);
}
