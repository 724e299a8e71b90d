import { randomBytes } from 'node:crypto';

import type { ClaimAnswer, DecidedAnswer, ReviewDetailAnswer, ReviewPage } from '#contracts/review-answer.js';
import { CONSOLE_HEADER } from '#contracts/sign-in-answer.js';
import { TAB_HEADER } from '#contracts/review-work.js';
import { PersonStore } from '#persistence/person-store.js';
import { SessionStore } from '#persistence/session-store.js';

import type { PrivateInstallation } from '../private-installation.js';

const DAY_MS = 86_400_000;
const ANSWER_MS_MAX = 30_000;
/** As the pages ask for them: apps/console/web. */
const PICTURE_PX = 1_024;
const PAGE = 100;
/** No password has this hash: nobody signs in with it. */
const NO_PASSWORD = 'none';
const VERDICT = { verdict: 'allow', policyLabel: null, reason: 'a statue' } as const;

/** Somebody who is signed in, and asks as the console's pages do. */
export class Moderator {
  private constructor(
    readonly url: string,
    private readonly cookie: string,
    private readonly signal: AbortSignal,
  ) {}

  /** A person of their own, with a session. */
  static async signedIn(
    { database }: PrivateInstallation,
    url: string,
    name: string,
    signal: AbortSignal,
  ): Promise<Moderator> {
    const made = { name, displayName: name, role: 'moderator', passwordHash: NO_PASSWORD } as const;
    const person = await new PersonStore(database).create({ ...made, passwordUntil: null, createdBy: 'bench' });
    if (person === undefined) throw new Error(`${name} is there already`);
    const token = randomBytes(32).toString('base64url');
    const sessions = new SessionStore(database, { absoluteMs: DAY_MS, idleMs: DAY_MS });
    await sessions.create({ personId: person.id, passwordHash: NO_PASSWORD, token, agent: 'bench' });
    return new Moderator(url, `__Host-portcullis=${token}`, signal);
  }

  /** What every request of theirs carries. */
  get headers(): Readonly<Record<string, string>> {
    return {
      cookie: this.cookie,
      'sec-fetch-site': 'same-origin',
      [CONSOLE_HEADER]: '1',
      [TAB_HEADER]: 'bench-0123456789',
    };
  }

  /** The queue as its page reads it. @param query such as `label=sexual.explicit` */
  async queue(query = ''): Promise<ReviewPage> {
    return this.json('GET', `reviews?limit=${PAGE}${query === '' ? '' : `&${query}`}`);
  }

  read(id: string): Promise<ReviewDetailAnswer> {
    return this.json('GET', `reviews/${id}`);
  }

  /** All bytes of the picture. @returns how many */
  async picture(assetId: string): Promise<number> {
    const response = await this.ask('GET', `assets/${assetId}/rendition?size=${PICTURE_PX}&frame=0`);
    return (await response.arrayBuffer()).byteLength;
  }

  claim(id: string): Promise<ClaimAnswer> {
    return this.json('POST', `reviews/${id}/claim`);
  }

  next(): Promise<ClaimAnswer> {
    return this.json('POST', 'reviews/next', {});
  }

  decide(id: string, expectedRevision: number): Promise<DecidedAnswer> {
    return this.json('POST', `reviews/${id}/decide`, { ...VERDICT, expectedRevision });
  }

  private async json<T>(method: string, path: string, body?: object): Promise<T> {
    return (await (await this.ask(method, path, body)).json()) as T;
  }

  /** @throws Error for everything that is no success: what is measured is not what was asked for */
  private async ask(method: string, path: string, body?: object): Promise<Response> {
    const response = await fetch(`${this.url}/api/${path}`, {
      method,
      headers: { ...this.headers, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: AbortSignal.any([this.signal, AbortSignal.timeout(ANSWER_MS_MAX)]),
    });
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
    return response;
  }
}
