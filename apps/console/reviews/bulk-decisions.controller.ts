import { Body, Controller, HttpCode, HttpStatus, Param, Post } from '@nestjs/common';

import {
  BulkDecisionBody,
  BulkPreviewBody,
  type BulkDecidedAnswer,
  type BulkPreviewAnswer,
  type BulkUndoneAnswer,
} from '#contracts/review-bulk.js';
import { OptionalReasonBody } from '#contracts/review-work.js';
import type { Reviewer } from '#moderation/review.js';
import { Access } from '#service/api-key.guard.js';
import { idFrom } from '#service/id-from.js';

import { Act, NoAct } from '../audit/act.js';
import { BulkDecide } from './bulk-decide.js';
import { Asking } from './reviewer-of.js';
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
  preview(@Asking() who: Reviewer, @Body() body: BulkPreviewBody): Promise<BulkPreviewAnswer> {
    return this.bulk.preview(body, who);
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
  decide(@Asking() who: Reviewer, @Body() body: BulkDecisionBody): Promise<BulkDecidedAnswer> {
    return this.bulk.decide(body, who);
  }

  /** Takes back whatever still stands of a bulk decision; the cases are open again. */
  @Post('bulk-decisions/:id/undo')
  @HttpCode(HttpStatus.OK)
  @Act({ act: 'review.bulk_undo', subject: 'bulk_decision', came: ['undone', 'kept'] })
  undo(@Asking() who: Reviewer, @Param('id') id: string, @Body() body: OptionalReasonBody): Promise<BulkUndoneAnswer> {
    return this.undos.undoBulk(idFrom(id), body.reason ?? null, who);
  }
}
