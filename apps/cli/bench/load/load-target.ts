import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';

import { installPrivately, startService } from '../private-installation.js';
import type { BenchContext } from '../bench-context.js';
import { processGroups, type ProcessGroups } from '../process-usage.js';
import { ForgottenAssets } from './forgotten-assets.js';

export interface TargetOptions {
  /** Of a service that runs already; without it one of our own is started. */
  readonly url?: string;
  /** Secret of a client's key there. */
  readonly key?: string;
  /** Allows an address that is not this machine's. */
  readonly allowRemote: boolean;
  /** The batch service labels what is uploaded meanwhile; of our own installation only. */
  readonly withBatch: boolean;
}

/** The service that is loaded. */
export interface LoadTarget {
  readonly url: string;
  readonly key: string;
  /** Undefined of a service that is not ours: its processes are not looked at. */
  readonly ours:
    | {
        readonly pid: () => number;
        /** Its processes by part, without the load generator. */
        readonly groups: () => Promise<ProcessGroups | undefined>;
      }
    | undefined;
}

const LOOPBACK = /^(127\.|::1$)/;

/**
 * Opens what is to be loaded: an installation of its own, or a service that runs already.
 *
 * @param settings of our own upload service, on top of the environment
 * @throws Error when an address is not to be loaded
 */
export async function openTarget(
  context: BenchContext,
  options: TargetOptions,
  settings: Readonly<Record<string, string>> = {},
): Promise<LoadTarget> {
  if (options.url !== undefined) return theirs(options.url, options);
  const installation = await installPrivately(context);
  const service = await startService(context, installation, 'upload', settings);
  if (options.withBatch) await startService(context, installation, 'batch');
  else new ForgottenAssets(context, installation.home);
  return {
    url: service.url,
    key: installation.clientKey,
    ours: {
      pid: () => service.pid(),
      groups: async () => {
        const parts = await processGroups(service.pid(), installation.postgresPid);
        if (parts === undefined) return undefined;
        return Object.fromEntries(Object.entries(parts).filter(([part]) => part !== 'client'));
      },
    },
  };
}

async function theirs(address: string, { key, allowRemote, withBatch }: TargetOptions): Promise<LoadTarget> {
  if (key === undefined) throw new Error('--url needs --key, the secret of a client’s key of that installation');
  if (withBatch) throw new Error('--with-batch is for an installation of the benchmark’s own, not for --url');
  const url = parseAddress(address);
  if (!allowRemote && !(await isLoopback(url.hostname.replace(/^\[|\]$/g, '')))) {
    throw new Error(`${url.hostname} is not this machine: a load test of another one needs --allow-remote`);
  }
  return { url: url.href.replace(/\/$/, ''), key, ours: undefined };
}

function parseAddress(address: string): URL {
  const url = URL.canParse(address) ? new URL(address) : undefined;
  if (url === undefined || !['http:', 'https:'].includes(url.protocol)) {
    throw new Error(`--url must be an address like http://127.0.0.1:8080, not ${address}`);
  }
  return url;
}

/** Whether every address that a name has is this machine's own. */
async function isLoopback(host: string): Promise<boolean> {
  const addresses = isIP(host) === 0 ? (await lookup(host, { all: true })).map(({ address }) => address) : [host];
  return addresses.length > 0 && addresses.every((address) => LOOPBACK.test(address));
}
