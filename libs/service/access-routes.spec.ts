import 'reflect-metadata';
import { describe, expect, it } from '@jest/globals';
import { Controller, Delete, Get, Post } from '@nestjs/common';
import { createLogger } from '#telemetry/logger.js';
import { Access, Open } from './api-key.guard.js';
import { routesOf } from './access-routes.js';
import { createHttpService } from './http-service.js';

class Base {
  @Delete(':id')
  @Access({ roles: ['admin'] })
  remove(): void {
    return undefined;
  }
}

@Controller('api/things')
class Declared extends Base {
  @Get()
  @Open()
  list(): string {
    return 'open';
  }
}

@Controller()
@Access({ roles: ['moderator'] })
class DeclaredTogether {
  @Post('one/two')
  make(): string {
    return 'made';
  }

  helper(): string {
    return 'no route';
  }
}

@Controller('forgotten')
class Forgetful {
  @Get('here')
  @Access({ roles: ['admin'] })
  fine(): string {
    return 'fine';
  }

  @Post()
  forgotten(): string {
    return 'closed, but why?';
  }
}

class SomeModule {}
const serviceOf = (...controllers: (new () => object)[]) =>
  createHttpService({ module: SomeModule, controllers }, { log: createLogger('x', 'silent'), requestMsMax: 1_000 });

describe('a service', () => {
  it('knows its routes and what they declare, by themselves, by their class and by what that extends', async () => {
    const app = await serviceOf(Declared, DeclaredTogether);
    const found = routesOf(app).map(({ method, path, name, rule }) => [method, path, name, rule]);
    expect(found).toEqual(
      expect.arrayContaining([
        ['GET', '/api/things', 'Declared.list', 'open'],
        ['DELETE', '/api/things/:id', 'Declared.remove', { roles: ['admin'] }],
        ['POST', '/one/two', 'DeclaredTogether.make', { roles: ['moderator'] }],
      ]),
    );
    expect(found).toHaveLength(3);
    await app.close();
  });

  it('does not start with a route that declares nothing', async () => {
    await expect(serviceOf(Declared, Forgetful)).rejects.toThrow('no @Access and no @Open: Forgetful.forgotten');
  });
});
