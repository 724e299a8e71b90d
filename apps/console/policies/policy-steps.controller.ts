import { Body, Controller, Delete, Get, HttpCode, HttpStatus, Param, Post, Put, Query } from '@nestjs/common';

import type { Principal } from '#contracts/access.js';
import type { PolicyAnswer, PolicyDiffAnswer, PolicyMergeAnswer } from '#contracts/policy-answer.js';
import { PolicyDiffQuery } from '#contracts/policy-query.js';
import { PolicyRefusalBody, PolicyRollbackBody, PolicyScheduleBody } from '#contracts/policy-step.js';
import { Access, Caller } from '#service/api-key.guard.js';

import { Act } from '../audit/act.js';
import { ComparePolicies } from './compare-policies.js';
import { MergePolicy } from './merge-policy.js';
import { presentPolicy } from './present-policy.js';
import { StepPolicy } from './step-policy.js';
import { versionFrom } from './version-from.js';

@Controller('api/policies/:version')
export class PolicyStepsController {
  constructor(
    private readonly comparePolicies: ComparePolicies,
    private readonly mergePolicy: MergePolicy,
    private readonly stepPolicy: StepPolicy,
  ) {}

  /** What a version changes: against the one it was drafted on, or another. */
  @Get('diff')
  @Access({ roles: ['moderator', 'admin'] })
  diff(@Param('version') version: string, @Query() { against }: PolicyDiffQuery): Promise<PolicyDiffAnswer> {
    return this.comparePolicies.diff(versionFrom(version), against);
  }

  /** What a draft and the live version both made of the one that the draft began with. */
  @Get('merge')
  @Access({ roles: ['moderator', 'admin'] })
  merge(@Param('version') version: string): Promise<PolicyMergeAnswer> {
    return this.mergePolicy.of(versionFrom(version));
  }

  /** A second person agrees to a draft. */
  @Post('approve')
  @HttpCode(HttpStatus.OK)
  @Access({ roles: ['senior', 'admin'] })
  @Act({ act: 'policy.approve', subject: 'policy', param: 'version' })
  async approve(@Caller() { holder }: Principal, @Param('version') version: string): Promise<PolicyAnswer> {
    return presentPolicy(await this.stepPolicy.approve(versionFrom(version), holder));
  }

  /** Says no to a draft, for good: what is to come of it is drafted anew. */
  @Post('refuse')
  @HttpCode(HttpStatus.OK)
  @Access({ roles: ['senior', 'admin'] })
  @Act({ act: 'policy.refuse', subject: 'policy', param: 'version' })
  async refuse(
    @Caller() { holder }: Principal,
    @Param('version') version: string,
    @Body() { reason }: PolicyRefusalBody,
  ): Promise<PolicyAnswer> {
    return presentPolicy(await this.stepPolicy.refuse(versionFrom(version), holder, reason));
  }

  /** Has a draft published at a time. */
  @Put('schedule')
  @Access({ roles: ['admin'] })
  @Act({ act: 'policy.schedule', subject: 'policy', param: 'version' })
  async schedule(
    @Caller() { holder }: Principal,
    @Param('version') version: string,
    @Body() { at }: PolicyScheduleBody,
  ): Promise<PolicyAnswer> {
    return presentPolicy(await this.stepPolicy.schedule(versionFrom(version), at, holder));
  }

  /** Takes the time away. */
  @Delete('schedule')
  @Access({ roles: ['admin'] })
  @Act({ act: 'policy.unschedule', subject: 'policy', param: 'version' })
  async unschedule(@Caller() { holder }: Principal, @Param('version') version: string): Promise<PolicyAnswer> {
    return presentPolicy(await this.stepPolicy.schedule(versionFrom(version), null, holder));
  }

  /** Puts the document of a version that was live in force again, at once, as a new version. */
  @Post('rollback')
  @Access({ roles: ['admin'] })
  @Act({ act: 'policy.rollback', subject: 'policy', made: ['version'] })
  async rollBack(
    @Caller() { holder }: Principal,
    @Param('version') version: string,
    @Body() body: PolicyRollbackBody,
  ): Promise<PolicyAnswer> {
    return presentPolicy(await this.stepPolicy.rollBack(versionFrom(version), holder, body));
  }
}
