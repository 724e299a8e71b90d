import { setTimeout as delay } from 'node:timers/promises';

import { BankEntryStore } from '#persistence/bank-entry-store.js';
import { BankStore } from '#persistence/bank-store.js';

import { randomHash } from '../banks/random-hashes.js';
import type { PrivateInstallation } from '../private-installation.js';

/** A bank that goes by looks, which can be taken out and put back in. */
export interface PerceptualBank {
  /** Resolves when the service goes by it, or does not any more. @throws Error when it does not follow in time */
  enable(enabled: boolean): Promise<void>;
}

const NAME = 'bench.looks';
const BY = 'bench';
const DISTANCE_MAX = 31;
const QUALITY = 100;
const FURTHER_NOTICE = new Date('9999-12-31T00:00:00Z');
const ASK_EVERY_MS = 100;
/** The service reads the banks every second. */
const FOLLOW_MS_MAX = 30_000;
const BANKS_AGE = /^portcullis_banks_age_seconds (\S+)$/m;

/** Makes a bank of random looks, disabled for now. */
export async function makePerceptualBank(
  { database }: PrivateInstallation,
  serviceUrl: string,
  entries: number,
): Promise<PerceptualBank> {
  const banks = new BankStore(database);
  const bank = await banks.create({ name: NAME, kind: 'block', distanceMax: DISTANCE_MAX, createdBy: BY });
  if (typeof bank === 'string') throw new Error(`the bank cannot be made: ${bank}`);
  const change = async (disabledUntil: Date | null): Promise<void> => {
    await banks.change(bank.id, { disabledUntil }, BY);
    await followed(serviceUrl, performance.now());
  };
  await change(FURTHER_NOTICE);
  const hashes = Array.from({ length: entries }, (_, index) => ({
    sha256: null,
    pdq: { pdq: randomHash(NAME, index), quality: QUALITY },
    note: null,
  }));
  await new BankEntryStore(database).add(bank.id, hashes, BY);
  return { enable: (enabled) => change(enabled ? null : FURTHER_NOTICE) };
}

/** Waits until the service has read the banks after a moment. */
async function followed(serviceUrl: string, sinceMs: number): Promise<void> {
  while (performance.now() - sinceMs < FOLLOW_MS_MAX) {
    const askedMs = performance.now();
    const metrics = await (await fetch(`${serviceUrl}/metrics`)).text();
    const ageMs = Number(BANKS_AGE.exec(metrics)?.[1]) * 1_000;
    if (ageMs < askedMs - sinceMs) return;
    await delay(ASK_EVERY_MS);
  }
  throw new Error('the service does not follow the banks');
}
