import { Body, Controller, Delete, Get, HttpCode, HttpStatus, Post, Req, Res } from '@nestjs/common';

import { PERSON_ROLES, type Principal, type SignedIn } from '#contracts/access.js';
import { Problem } from '#contracts/problems.js';
import type { SessionAnswer } from '#contracts/sign-in-answer.js';
import { PasswordBody, SignInBody } from '#contracts/sign-in-body.js';
import { Access, Caller, Open } from '#service/api-key.guard.js';

import { NoAct } from '../audit/act.js';
import { addressOf } from './address-key.js';
import { ChangePassword } from './change-password.js';
import { BeforePassword } from './console.guard.js';
import { presentSession } from './present-session.js';
import { cookieOf, NO_COOKIE, tokenIn } from './session-cookie.js';
import { Sessions } from './sessions.js';
import { SignIn, type Browser } from './sign-in.js';
import { headerOf, type WebReply, type WebRequest } from './web-request.js';

const AGENT_CHARACTERS_MAX = 120;

@Controller('api/session')
@BeforePassword()
export class SessionController {
  constructor(
    private readonly signIn: SignIn,
    private readonly changePassword: ChangePassword,
    private readonly sessions: Sessions,
  ) {}

  /** Signs in: the cookie of the answer is the session, and what is asked with it is asked by that person. */
  @Post()
  @HttpCode(HttpStatus.OK)
  @Open()
  @NoAct('writes itself down')
  async begin(
    @Body() body: SignInBody,
    @Req() request: WebRequest,
    @Res({ passthrough: true }) reply: WebReply,
  ): Promise<SessionAnswer> {
    const token = await this.signIn.signIn(body, browserOf(request));
    reply.header('set-cookie', cookieOf(token, this.sessions.absoluteMs));
    return this.sessions.of(token);
  }

  /** Who calls. */
  @Get()
  @Access({ roles: [...PERSON_ROLES] })
  who(@Caller() caller: Principal): SessionAnswer {
    return presentSession(caller);
  }

  /** Signs out. */
  @Delete()
  @HttpCode(HttpStatus.NO_CONTENT)
  @Access({ roles: [...PERSON_ROLES] })
  @NoAct('writes itself down')
  async end(
    @Caller() caller: Principal,
    @Req() request: WebRequest,
    @Res({ passthrough: true }) reply: WebReply,
  ): Promise<void> {
    signedIn(caller);
    await this.sessions.end({ principal: caller, requestId: request.id });
    reply.header('set-cookie', NO_COOKIE);
    // pictures that the browser has kept
    reply.header('clear-site-data', '"cache"');
  }

  /** Chooses another password; all other sessions of the person end, and this one gets another cookie. */
  @Post('password')
  @HttpCode(HttpStatus.NO_CONTENT)
  @Access({ roles: [...PERSON_ROLES] })
  @NoAct('writes itself down')
  async password(
    @Caller() caller: Principal,
    @Body() body: PasswordBody,
    @Req() request: WebRequest,
    @Res({ passthrough: true }) reply: WebReply,
  ): Promise<void> {
    const person = signedIn(caller);
    const token = await this.changePassword.change(caller, person, body, browserOf(request));
    reply.header('set-cookie', cookieOf(token, person.expiresAt.getTime() - Date.now()));
  }
}

function signedIn({ person }: Principal): SignedIn {
  if (person === undefined)
    throw new Problem('forbidden', 'This is for people who are signed in; a key has no session.');
  return person;
}

function browserOf(request: WebRequest): Browser {
  const agent = (headerOf(request, 'user-agent') ?? '').replaceAll(/[^\x20-\x7e]/g, '');
  return {
    address: addressOf(request.ip, request.socket.remoteAddress),
    agent: agent.slice(0, AGENT_CHARACTERS_MAX),
    token: tokenIn(headerOf(request, 'cookie')),
    requestId: request.id,
  };
}
