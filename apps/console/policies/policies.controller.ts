import { Body, Controller, Get, HttpCode, HttpStatus, Param, Post, Query } from '@nestjs/common';

import type { Principal } from '#contracts/access.js';
import type { PolicyAnswer, PolicyList } from '#contracts/policy-answer.js';
import { PolicyDraftBody } from '#contracts/policy-draft.js';
import { PolicyQuery } from '#contracts/policy-query.js';
import { Problem } from '#contracts/problems.js';
import { PolicyStore } from '#persistence/policy-store.js';
import { Access, Caller } from '#service/api-key.guard.js';

import { Act } from '../audit/act.js';
import { DraftPolicy } from './draft-policy.js';
import { presentPolicy } from './present-policy.js';
import { PublishPolicy } from './publish-policy.js';
import { versionFrom } from './version-from.js';

@Controller('api/policies')
export class PoliciesController {
  constructor(
    private readonly policies: PolicyStore,
    private readonly draftPolicy: DraftPolicy,
    private readonly publishPolicy: PublishPolicy,
  ) {}

  /** Newest first. */
  @Get()
  @Access({ roles: ['moderator', 'admin'] })
  async list(@Query() { limit }: PolicyQuery): Promise<PolicyList> {
    return { items: (await this.policies.list(limit)).map(presentPolicy) };
  }

  /** The version in force. */
  @Get('live')
  @Access({ roles: ['moderator', 'admin'] })
  async live(): Promise<PolicyAnswer> {
    const live = await this.policies.findLive();
    if (live === undefined) throw new Problem('not-found', 'No policy is live: draft one and publish it.');
    return presentPolicy(live);
  }

  /** One of them. */
  @Get(':version')
  @Access({ roles: ['moderator', 'admin'] })
  async read(@Param('version') version: string): Promise<PolicyAnswer> {
    const policy = await this.policies.find(versionFrom(version));
    if (policy === undefined) throw new Problem('not-found', 'There is no policy with this version.');
    return presentPolicy(policy);
  }

  /** Stores a new version on top of the live one; it decides nothing until it is published. */
  @Post()
  @Access({ roles: ['admin'] })
  @Act({ act: 'policy.draft', subject: 'policy', made: ['version'] })
  async draft(@Caller() caller: Principal, @Body() draft: PolicyDraftBody): Promise<PolicyAnswer> {
    return presentPolicy(await this.draftPolicy.draft(draft, caller.holder));
  }

  /** Puts a draft in force; the services notice within a second. */
  @Post(':version/publish')
  @HttpCode(HttpStatus.OK)
  @Access({ roles: ['admin'] })
  @Act({ act: 'policy.publish', subject: 'policy', param: 'version' })
  async publish(@Caller() caller: Principal, @Param('version') version: string): Promise<PolicyAnswer> {
    return presentPolicy(await this.publishPolicy.publish(versionFrom(version), caller.holder));
  }
}
