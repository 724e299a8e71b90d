import { Body, Controller, HttpCode, HttpStatus, Param, Post } from '@nestjs/common';

import type { Principal } from '#contracts/access.js';
import {
  BulkDecisionBody,
  type BulkDecidedAnswer,
  type BulkPreviewAnswer,
  type BulkUndoneAnswer,
} from '#contracts/review-bulk.js';
import { OptionalReasonBody } from '#contracts/review-work.js';
import { Access, Caller } from '#service/api-key.guard.js';
import { idFrom } from '#service/id-from.js';

import { Act, NoAct } from '../audit/act.js';
import { BulkDecide } from './bulk-decide.js';
import { reviewerOf } from './reviewer-of.js';
import { UndoDecision } from './undo-decision.js';

@Controller('api')
@Access({ roles: ['moderator', 'admin'] })
export class BulkDecisionsController {
  constructor(
    private readonly bulk: BulkDecide,
    private readonly undos: UndoDecision,
  ) {}

  /** What the same decision would do to each of many cases. Nothing is written. */
  @Post('reviews/bulk/preview')
  @HttpCode(HttpStatus.OK)
  @NoAct('reads only')
  preview(@Caller() caller: Principal, @Body() body: BulkDecisionBody): Promise<BulkPreviewAnswer> {
    return this.bulk.preview(body, reviewerOf(caller));
  }

  /** Decides many cases at once, but for those that are refused; no claims are needed, and nobody else may hold one. */
  @Post('reviews/bulk')
  @HttpCode(HttpStatus.OK)
  @Act({
    act: 'review.bulk',
    subject: 'bulk_decision',
    made: ['id'],
    asked: ['verdict', 'policyLabel'],
    came: ['counts'],
    cameOfEach: { items: ['id', 'outcome'] },
  })
  decide(@Caller() caller: Principal, @Body() body: BulkDecisionBody): Promise<BulkDecidedAnswer> {
    return this.bulk.decide(body, reviewerOf(caller));
  }

  /** Takes back whatever still stands of a bulk decision; the cases are open again. */
  @Post('bulk-decisions/:id/undo')
  @HttpCode(HttpStatus.OK)
  @Act({ act: 'review.bulk_undo', subject: 'bulk_decision', came: ['undone', 'kept'] })
  undo(
    @Caller() caller: Principal,
    @Param('id') id: string,
    @Body() body: OptionalReasonBody,
  ): Promise<BulkUndoneAnswer> {
    return this.undos.undoBulk(idFrom(id), body.reason ?? null, reviewerOf(caller));
  }
}
