import { Body, Controller, Delete, Get, HttpCode, HttpStatus, Inject, Param, Post, Put, Query } from '@nestjs/common';

import type { Principal } from '#contracts/access.js';
import type {
  PolicyAnswer,
  PolicyDemandsAnswer,
  PolicyDraftAnswer,
  PolicyDraftList,
  PolicyMergeAnswer,
} from '#contracts/policy-answer.js';
import { PolicyDraftBeginBody, PolicyDraftSaveBody, PolicyDraftSubmitBody } from '#contracts/policy-draft-body.js';
import { PolicyDraftDiscardQuery } from '#contracts/policy-query.js';
import { Access, Caller } from '#service/api-key.guard.js';
import { idFrom } from '#service/id-from.js';

import { Act } from '../audit/act.js';
import { presentDraft } from './present-draft.js';
import { presentPolicy } from './present-policy.js';
import { WriteDraft } from './write-draft.js';

/** What a version must have before it is published: a PolicyDemandsAnswer. */
export const POLICY_DEMANDS = 'portcullis:policy-demands';

@Controller('api')
export class PolicyDraftsController {
  constructor(
    private readonly writeDraft: WriteDraft,
    @Inject(POLICY_DEMANDS) private readonly demands: PolicyDemandsAnswer,
  ) {}

  /** What must have happened before a version is published here. */
  @Get('policy-demands')
  @Access({ roles: ['moderator', 'admin'] })
  asked(): PolicyDemandsAnswer {
    return this.demands;
  }

  /** What people are writing; the one that was saved last comes first. */
  @Get('policy-drafts')
  @Access({ roles: ['moderator', 'admin'] })
  async list(): Promise<PolicyDraftList> {
    return { items: (await this.writeDraft.list()).map(presentDraft) };
  }

  /** One of them. */
  @Get('policy-drafts/:id')
  @Access({ roles: ['moderator', 'admin'] })
  async read(@Param('id') id: string): Promise<PolicyDraftAnswer> {
    return presentDraft(await this.writeDraft.read(idFrom(id)));
  }

  /** What it and the live version both made of the version that it was begun on. */
  @Get('policy-drafts/:id/merge')
  @Access({ roles: ['moderator', 'admin'] })
  merge(@Param('id') id: string): Promise<PolicyMergeAnswer> {
    return this.writeDraft.merge(idFrom(id));
  }

  /** Begins a draft, which may be saved as often as its author likes. */
  @Post('policy-drafts')
  @Access({ roles: ['admin'] })
  @Act({ act: 'policy_draft.begin', subject: 'policy_draft', made: ['id'] })
  async begin(@Caller() { holder }: Principal, @Body() body: PolicyDraftBeginBody): Promise<PolicyDraftAnswer> {
    return presentDraft(await this.writeDraft.begin(body, holder));
  }

  /** Saves one’s own draft. */
  @Put('policy-drafts/:id')
  @Access({ roles: ['admin'] })
  @Act({ act: 'policy_draft.save', subject: 'policy_draft' })
  async save(
    @Caller() { holder }: Principal,
    @Param('id') id: string,
    @Body() body: PolicyDraftSaveBody,
  ): Promise<PolicyDraftAnswer> {
    return presentDraft(await this.writeDraft.save(idFrom(id), body, holder));
  }

  /** Throws a draft away, whoever wrote it, unless it was saved since they looked at it. */
  @Delete('policy-drafts/:id')
  @HttpCode(HttpStatus.NO_CONTENT)
  @Access({ roles: ['admin'] })
  @Act({ act: 'policy_draft.discard', subject: 'policy_draft' })
  async discard(@Param('id') id: string, @Query() { revision }: PolicyDraftDiscardQuery): Promise<void> {
    await this.writeDraft.discard(idFrom(id), revision);
  }

  /** Makes a version of one’s own draft: it stays as it is from then on, and is replayed, approved and published. */
  @Post('policy-drafts/:id/submit')
  @Access({ roles: ['admin'] })
  @Act({ act: 'policy_draft.submit', subject: 'policy_draft', came: ['version'] })
  async submit(
    @Caller() { holder }: Principal,
    @Param('id') id: string,
    @Body() { revision }: PolicyDraftSubmitBody,
  ): Promise<PolicyAnswer> {
    return presentPolicy(await this.writeDraft.handIn(idFrom(id), revision, holder));
  }
}
