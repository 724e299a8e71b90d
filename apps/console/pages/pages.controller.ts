import { Controller, Get, HttpStatus, Req, Res } from '@nestjs/common';

import { Problem } from '#contracts/problems.js';
import { Open } from '#service/api-key.guard.js';

import { hasAlready, headerOf, type SentReply, type WebRequest } from '../sign-in/web-request.js';
import { PagesFiles, type PageFile } from './pages-files.js';

type PageRequest = Pick<WebRequest, 'headers'> & { readonly url: string };

const A_YEAR = 'public, max-age=31536000, immutable';
/** Whoever has it asks whether it is still good. */
const ASK_AGAIN = 'no-cache';
/** The page that loads all others: after an update, nobody may see the old one. */
const NEVER_KEPT = 'no-store';
/**
 * What these begin with is for programs: an address there that does not exist is never answered with a page. Below
 * `/assets` are what the build wrote, whose names have a dot, and the pages of assets, whose ids have none.
 */
const NOT_PAGES = /^\/(api|health|metrics)(\/|$)|^\/assets\/.*\./;

/** The console's pages: they hold no secret, and the first of them is where people sign in. */
@Controller()
@Open()
export class PagesController {
  constructor(private readonly files: PagesFiles) {}

  /** The page that everything begins with. */
  @Get()
  home(@Req() request: PageRequest, @Res() reply: SentReply): void {
    send(this.page(), request, reply.header('cache-control', NEVER_KEPT));
  }

  /** What the pages are made of, and the pages themselves, of which each has an address. */
  @Get('*')
  file(@Req() request: PageRequest, @Res() reply: SentReply): void {
    const path = request.url.split('?', 1)[0] ?? '';
    const file = this.files.find(path);
    if (file !== undefined && file !== this.files.home) {
      send(file, request, reply.header('cache-control', file.immutable ? A_YEAR : ASK_AGAIN));
      return;
    }
    const isPage = !NOT_PAGES.test(path) && (headerOf(request, 'accept') ?? '').includes('text/html');
    if (!isPage) throw new Problem('not-found', 'There is nothing at this address.');
    send(this.page(), request, reply.header('cache-control', NEVER_KEPT));
  }

  private page(): PageFile {
    if (this.files.home !== undefined) return this.files.home;
    throw new Problem('not-found', 'The pages of this console were not built: run `npm start`, which builds them.');
  }
}

function send({ mediaType, bytes, gzipped, etag }: PageFile, request: PageRequest, reply: SentReply): void {
  const packs = gzipped !== undefined && /\bgzip\b/.test(headerOf(request, 'accept-encoding') ?? '');
  const tag = packs ? etag.replace(/"$/, '-gz"') : etag;
  reply.header('etag', tag).header('vary', 'accept-encoding');
  if (hasAlready(request, tag)) {
    reply.status(HttpStatus.NOT_MODIFIED).send();
    return;
  }
  if (packs) reply.header('content-encoding', 'gzip');
  reply.header('content-type', mediaType).send(packs ? gzipped : bytes);
}
