import type { PolicyAnswer, PolicyDiffAnswer, PolicyList } from '#contracts/policy-answer.js';
import type { ReplayAnswer } from '#contracts/replay-answer.js';

import { connectConsole, type ReachOptions } from '../connect-console.js';
import { jsonBody, type ConsoleConnection } from '../console-connection.js';
import type { PostedDraft } from './draft-of.js';

/** Asks the console service about policies. Every call throws an Error in words when it is refused. */
export class PolicyClient {
  constructor(private readonly connection: ConsoleConnection) {}

  /** The newest. */
  async list(most: number): Promise<readonly PolicyAnswer[]> {
    return (await this.connection.ask<PolicyList>('GET', `/api/policies?limit=${most}`)).items;
  }

  /** @param version undefined: the live one */
  read(version: number | undefined): Promise<PolicyAnswer> {
    return this.connection.ask('GET', `/api/policies/${version ?? 'live'}`);
  }

  /** @param against undefined: the version that it was drafted on */
  diff(version: number, against: number | undefined): Promise<PolicyDiffAnswer> {
    const query = against === undefined ? '' : `?against=${against}`;
    return this.connection.ask('GET', `/api/policies/${version}/diff${query}`);
  }

  draft(draft: PostedDraft): Promise<PolicyAnswer> {
    return this.connection.ask('POST', '/api/policies', jsonBody(draft));
  }

  /** @param window a `ReplayBody` */
  replay(version: number, window: Readonly<Record<string, unknown>>): Promise<ReplayAnswer> {
    return this.connection.ask('POST', `/api/policies/${version}/replays`, jsonBody(window));
  }

  readReplay(id: string): Promise<ReplayAnswer> {
    return this.connection.ask('GET', `/api/replays/${encodeURIComponent(id)}`);
  }

  approve(version: number): Promise<PolicyAnswer> {
    return this.connection.ask('POST', `/api/policies/${version}/approve`);
  }

  publish(version: number): Promise<PolicyAnswer> {
    return this.connection.ask('POST', `/api/policies/${version}/publish`);
  }

  /** @param at RFC 3339; undefined: not at any time any more */
  schedule(version: number, at: string | undefined): Promise<PolicyAnswer> {
    const path = `/api/policies/${version}/schedule`;
    return at === undefined ? this.connection.ask('DELETE', path) : this.connection.ask('PUT', path, jsonBody({ at }));
  }

  /** @param replaces the version that is live; undefined: whichever it is */
  rollBack(version: number, note: string | undefined, replaces: number | undefined): Promise<PolicyAnswer> {
    const body = { ...(note === undefined ? {} : { note }), ...(replaces === undefined ? {} : { replaces }) };
    return this.connection.ask('POST', `/api/policies/${version}/rollback`, jsonBody(body));
  }
}

/** @throws StartRefused when there is no key */
export const reachPolicies = async (options: ReachOptions): Promise<PolicyClient> =>
  new PolicyClient(await connectConsole(options));
