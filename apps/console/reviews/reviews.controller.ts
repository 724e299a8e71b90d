import { Body, Controller, Get, HttpCode, HttpStatus, Param, Post, Query } from '@nestjs/common';

import type { Principal } from '#contracts/access.js';
import type { ClaimAnswer, DecidedAnswer, ReviewDetailAnswer, ReviewPage } from '#contracts/review-answer.js';
import { ReviewDecision } from '#contracts/review-decision.js';
import { ReviewQuery } from '#contracts/review-query.js';
import { NextReviewBody } from '#contracts/review-work.js';
import { Access, Caller } from '#service/api-key.guard.js';
import { idFrom } from '#service/id-from.js';

import { Act } from '../audit/act.js';
import { ClaimReview } from './claim-review.js';
import { DecideReview } from './decide-review.js';
import { ListReviews } from './list-reviews.js';
import { ReadReview } from './read-review.js';
import { reviewerOf } from './reviewer-of.js';

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
  list(@Caller() caller: Principal, @Query() query: ReviewQuery): Promise<ReviewPage> {
    return this.listReviews.list(query, reviewerOf(caller));
  }

  /** A case with its asset, every decision, the scores behind them, what people did with it, and what is like it. */
  @Get(':id')
  read(@Caller() caller: Principal, @Param('id') id: string): Promise<ReviewDetailAnswer> {
    return this.readReview.read(idFrom(id), reviewerOf(caller));
  }

  /** Takes the first case of a part of the queue; those last that the caller has put back. 404 `queue-empty`: there is none. */
  @Post('next')
  @HttpCode(HttpStatus.OK)
  @Act({ act: 'review.claim', subject: 'review', made: ['id'] })
  next(@Caller() caller: Principal, @Body() scope: NextReviewBody): Promise<ClaimAnswer> {
    return this.claimReview.next(scope, reviewerOf(caller));
  }

  /** Takes the case for a while, or renews one's own claim. */
  @Post(':id/claim')
  @HttpCode(HttpStatus.OK)
  @Act({ act: 'review.claim', subject: 'review' })
  claim(@Caller() caller: Principal, @Param('id') id: string): Promise<ClaimAnswer> {
    return this.claimReview.claim(idFrom(id), reviewerOf(caller));
  }

  /** Renews a claim that runs; unlike `claim` it takes no case that was lost meanwhile. */
  @Post(':id/renew')
  @HttpCode(HttpStatus.OK)
  @Act({ act: 'review.renew', subject: 'review' })
  renew(@Caller() caller: Principal, @Param('id') id: string): Promise<ClaimAnswer> {
    return this.claimReview.renew(idFrom(id), reviewerOf(caller));
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
  decide(
    @Caller() caller: Principal,
    @Param('id') id: string,
    @Body() decision: ReviewDecision,
  ): Promise<DecidedAnswer> {
    return this.decideReview.decide(idFrom(id), decision, reviewerOf(caller));
  }
}
