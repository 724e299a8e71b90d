import { Body, Controller, Get, HttpCode, HttpStatus, Param, Post, Query } from '@nestjs/common';

import type { ClaimAnswer, DecidedAnswer, ReviewDetailAnswer, ReviewPage } from '#contracts/review-answer.js';
import { ReviewDecision } from '#contracts/review-decision.js';
import { ReviewQuery } from '#contracts/review-query.js';
import { NextReviewBody } from '#contracts/review-work.js';
import type { Reviewer } from '#moderation/review.js';
import { Access } from '#service/api-key.guard.js';
import { idFrom } from '#service/id-from.js';

import { Act } from '../audit/act.js';
import { ClaimReview } from './claim-review.js';
import { DecideReview } from './decide-review.js';
import { ListReviews } from './list-reviews.js';
import { ReadReview } from './read-review.js';
import { Asking } from './reviewer-of.js';

@Controller('api/reviews')
@Access({ roles: ['moderator', 'admin'] })
export class ReviewsController {
  constructor(
    private readonly listReviews: ListReviews,
    private readonly readReview: ReadReview,
    private readonly claimReview: ClaimReview,
    private readonly decideReview: DecideReview,
  ) {}

  /** Cases still to decide, the most telling first; `next` leads to the page after. */
  @Get()
  list(@Asking() who: Reviewer, @Query() query: ReviewQuery): Promise<ReviewPage> {
    return this.listReviews.list(query, who);
  }

  /** A case with its asset, every decision, the scores behind them, what people did with it, and what is like it. */
  @Get(':id')
  read(@Asking() who: Reviewer, @Param('id') id: string): Promise<ReviewDetailAnswer> {
    return this.readReview.read(idFrom(id), who);
  }

  /** Takes the first case of a part of the queue; those last that the caller has put back. 404 `queue-empty`: there is none. */
  @Post('next')
  @HttpCode(HttpStatus.OK)
  @Act({ act: 'review.claim', subject: 'review', made: ['id'] })
  next(@Asking() who: Reviewer, @Body() scope: NextReviewBody): Promise<ClaimAnswer> {
    return this.claimReview.next(scope, who);
  }

  /** Takes the case for a while, or renews one's own claim. */
  @Post(':id/claim')
  @HttpCode(HttpStatus.OK)
  @Act({ act: 'review.claim', subject: 'review' })
  claim(@Asking() who: Reviewer, @Param('id') id: string): Promise<ClaimAnswer> {
    return this.claimReview.claim(idFrom(id), who);
  }

  /** Takes the case, and one's own claim over from another tab, which loses it. */
  @Post(':id/take-over')
  @HttpCode(HttpStatus.OK)
  @Act({ act: 'review.take_over', subject: 'review' })
  takeOver(@Asking() who: Reviewer, @Param('id') id: string): Promise<ClaimAnswer> {
    return this.claimReview.takeOver(idFrom(id), who);
  }

  /** Renews a claim that runs; unlike `claim` it takes no case that was lost meanwhile. */
  @Post(':id/renew')
  @HttpCode(HttpStatus.OK)
  @Act({ act: 'review.renew', subject: 'review' })
  renew(@Asking() who: Reviewer, @Param('id') id: string): Promise<ClaimAnswer> {
    return this.claimReview.renew(idFrom(id), who);
  }

  /** Ends the case: the decision supersedes what stood, and no machine changes it afterwards. */
  @Post(':id/decide')
  @HttpCode(HttpStatus.OK)
  @Act({
    act: 'review.decide',
    subject: 'review',
    asked: ['verdict', 'policyLabel'],
    came: ['revision', 'transition', 'served'],
  })
  decide(@Asking() who: Reviewer, @Param('id') id: string, @Body() decision: ReviewDecision): Promise<DecidedAnswer> {
    return this.decideReview.decide(idFrom(id), decision, who);
  }
}
