import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import type { Plan } from '#contracts/plan-answer.js';

import type { BenchedService, PrivateInstallation } from '../private-installation.js';

/** What the service serves: its plan's choice. @throws Error when it does not tell */
export async function chosenBy({ url }: BenchedService, { home }: PrivateInstallation): Promise<Plan['chosen']> {
  const key = (await readFile(join(home, 'admin-key'), 'utf8')).trim();
  const response = await fetch(`${url}/v1/plan`, { headers: { authorization: `Bearer ${key}` } });
  if (!response.ok) throw new Error(`the service does not tell its plan: status ${response.status}`);
  return ((await response.json()) as Plan).chosen;
}
