import { dnsResolver } from '#fetching/dns-resolver.js';
import { allow } from '#fetching/url-guard.js';
import type { Settings } from '#settings/settings.js';

import type { ImageFetching } from './fetch-image.js';
import { fetchSlots, hostSlots } from './fetch-slots.js';

/** From the first question to the last byte; never longer than an upload may take to arrive. */
const FETCH_MS_MAX = 15_000;

/** Fetches images as the settings allow. */
export const imageFetching = ({ fetch, upload }: Settings): ImageFetching => ({
  web: {
    resolve: dnsResolver(),
    allowances: allow(fetch.privateNetworks, fetch.privatePorts),
    totalMs: Math.min(FETCH_MS_MAX, upload.bodyMsMax),
  },
  slots: fetchSlots(),
  hosts: hostSlots(),
});
