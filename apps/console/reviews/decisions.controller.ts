import { Body, Controller, Get, HttpCode, HttpStatus, Param, Post, Query } from '@nestjs/common';

import type { Principal } from '#contracts/access.js';
import { OwnDecisionQuery } from '#contracts/decision-query.js';
import type { OwnDecisionPage, UndoneAnswer } from '#contracts/review-answer.js';
import { OptionalReasonBody } from '#contracts/review-work.js';
import type { Reviewer } from '#moderation/review.js';
import { Access, Caller } from '#service/api-key.guard.js';

import { Act } from '../audit/act.js';
import { decisionFrom } from './decision-id.js';
import { OwnDecisions } from './own-decisions.js';
import { Asking } from './reviewer-of.js';
import { UndoDecision } from './undo-decision.js';

@Controller('api/decisions')
@Access({ roles: ['moderator', 'admin'] })
export class DecisionsController {
  constructor(
    private readonly own: OwnDecisions,
    private readonly undos: UndoDecision,
  ) {}

  /** What the caller decided, the newest first, and whether it can be taken back. */
  @Get()
  list(@Caller() caller: Principal, @Query() query: OwnDecisionQuery): Promise<OwnDecisionPage> {
    return this.own.list(query, caller.holder);
  }

  /**
   * Takes a human decision back, one's own or as a senior or an admin anybody's, as long as nobody has decided since: what
   * stood before stands again as a new revision, the banks forget it, and the case is open again, held by the caller.
   */
  @Post(':id/undo')
  @HttpCode(HttpStatus.OK)
  @Act({
    act: 'decision.undo',
    subject: 'review',
    made: ['reviewId'],
    came: ['assetId', 'revision', 'transition', 'served'],
  })
  undo(@Asking() who: Reviewer, @Param('id') id: string, @Body() body: OptionalReasonBody): Promise<UndoneAnswer> {
    return this.undos.undo(decisionFrom(id), body.reason ?? null, who);
  }
}
