import { Body, Controller, Get, HttpCode, HttpStatus, Post, Query } from '@nestjs/common';

import type { Principal } from '#contracts/access.js';
import type { ThresholdAnswer, ThresholdPreview } from '#contracts/threshold-answer.js';
import { ThresholdPreviewBody, ThresholdQuery } from '#contracts/threshold-query.js';
import { Access, Caller } from '#service/api-key.guard.js';

import { NoAct } from '../audit/act.js';
import { ReadThresholds } from './read-thresholds.js';

@Controller('api/thresholds')
export class ThresholdsController {
  constructor(private readonly readThresholds: ReadThresholds) {}

  /** What thresholds of a label and tier would do, by the stored scores of past assets. Costs are told to admins. */
  @Get()
  @Access({ roles: ['moderator', 'admin'] })
  read(@Caller() { role }: Principal, @Query() query: ThresholdQuery): Promise<ThresholdAnswer> {
    return this.readThresholds.read(query, role === 'admin');
  }

  /** What a policy would do that nobody has stored, by the same scores. */
  @Post('preview')
  @HttpCode(HttpStatus.OK)
  @Access({ roles: ['moderator', 'admin'] })
  @NoAct('reads only')
  preview(@Caller() { role }: Principal, @Body() body: ThresholdPreviewBody): Promise<ThresholdPreview> {
    return this.readThresholds.preview(body, role === 'admin');
  }
}
