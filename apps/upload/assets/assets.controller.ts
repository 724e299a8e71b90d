import { Controller, Get, Headers, HttpStatus, Param, Post, Query, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';

import type { Principal } from '#contracts/access.js';
import type { AssetAnswer, AssetPage, RevisionList } from '#contracts/asset-answer.js';
import { AssetQuery } from '#contracts/asset-query.js';
import { Problem } from '#contracts/problems.js';
import { DEADLINE_MS_MAX, isDeadline, toDeadline } from '#contracts/submission-fields.js';
import { Access, Caller } from '#service/api-key.guard.js';
import { clientOf } from '#service/client-of.js';
import { idFrom } from '#service/id-from.js';
import { AssetStore } from '#persistence/asset-store.js';
import { Metrics } from '#telemetry/metrics.js';

import { UploadSources } from '../fetching/upload-sources.js';
import { idempotencyKey } from '../idempotency-key.js';
import { InTurn } from '../limits/in-turn.interceptor.js';
import { Metered } from '../limits/metered.guard.js';
import type { Submitter } from './judged-upload.js';
import { presentAsset, presentRevision, withoutScores } from './present-asset.js';
import { serverTiming } from './server-timing.js';
import { SubmitAsset } from './submit-asset.js';

@Controller('v1/assets')
export class AssetsController {
  constructor(
    private readonly submitAsset: SubmitAsset,
    private readonly sources: UploadSources,
    private readonly assets: AssetStore,
    private readonly metrics: Metrics,
  ) {}

  /** Takes an image, or the address of one, and answers with the provisional decision. */
  @Post()
  @Metered('assets')
  @Access({ roles: ['client'], scope: 'upload' })
  async submit(
    @Caller() caller: Principal,
    @Headers() headers: Record<string, string | undefined>,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<AssetAnswer> {
    const by = { clientId: clientOf(caller), ...saidInHeaders(headers) };
    try {
      const source = await this.sources.of(request, by.clientId);
      const { answer, replayed } = await this.submitAsset.submit(source, by);
      this.metrics.uploadAnswered(replayed ? 'replayed' : 'accepted');
      if (replayed) void reply.header('idempotent-replayed', 'true');
      else if (answer.timing !== undefined) void reply.header('server-timing', serverTiming(answer.timing));
      void reply.status(HttpStatus.CREATED).header('location', answer.links.self);
      return maySeeScores(caller) ? answer : withoutScores(answer);
    } catch (error) {
      this.metrics.uploadAnswered(error instanceof Problem ? error.code : 'failed');
      throw error;
    }
  }

  /** Newest first; `next` leads to the page after. */
  @Get()
  @InTurn()
  @Access({ roles: ['client'], scope: 'read' })
  async list(@Caller() caller: Principal, @Query() query: AssetQuery): Promise<AssetPage> {
    const { cursor, limit, ...filter } = query;
    const views = await this.assets.page(clientOf(caller), filter, limit + 1, cursor);
    const items = views.slice(0, limit).map((view) => presentAsset(view, maySeeScores(caller)));
    return { items, next: views.length > limit ? (items.at(-1)?.id ?? null) : null };
  }

  /** The decision in force, and what came of the one before. */
  @Get(':id')
  @InTurn()
  @Access({ roles: ['client'], scope: 'read' })
  async read(@Caller() caller: Principal, @Param('id') id: string): Promise<AssetAnswer> {
    const view = await this.assets.find(clientOf(caller), idFrom(id));
    if (view === undefined) throw await this.missing(caller, id);
    return presentAsset(view, maySeeScores(caller));
  }

  /** Every decision, first to newest. */
  @Get(':id/revisions')
  @InTurn()
  @Access({ roles: ['client'], scope: 'read' })
  async revisions(@Caller() caller: Principal, @Param('id') id: string): Promise<RevisionList> {
    const decisions = await this.assets.revisions(clientOf(caller), idFrom(id));
    if (decisions === undefined) throw await this.missing(caller, id);
    return { items: decisions.map((decision) => presentRevision(decision, maySeeScores(caller))) };
  }

  /** Why an asset is not there for its client. */
  private async missing(caller: Principal, id: string): Promise<Problem> {
    const erased = await this.assets.wasErased(clientOf(caller), idFrom(id));
    return erased ? new Problem('erased', 'This asset has been erased.') : noAsset();
  }
}

/** @throws Problem when a header says what it may not */
function saidInHeaders(headers: Record<string, string | undefined>): Omit<Submitter, 'clientId'> {
  const { 'idempotency-key': key, 'portcullis-deadline-ms': deadline } = headers;
  const deadlineMs = toDeadline(deadline);
  if (deadlineMs !== undefined && !isDeadline(deadlineMs)) {
    throw new Problem(
      'invalid-request',
      `Portcullis-Deadline-Ms must be whole milliseconds from 1 to ${DEADLINE_MS_MAX}.`,
    );
  }
  return { key: idempotencyKey(key), deadlineMs };
}

const noAsset = (): Problem => new Problem('not-found', 'You have no asset with this id.');

const maySeeScores = (caller: Principal): boolean => caller.scopes.includes('scores');
