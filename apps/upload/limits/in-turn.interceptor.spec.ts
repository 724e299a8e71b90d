import 'reflect-metadata';
import { ExecutionContextHost } from '@nestjs/core/helpers/execution-context-host.js';
import { describe, expect, it } from '@jest/globals';
import { firstValueFrom, of } from 'rxjs';

import { clientTurns, InTurn, InTurnInterceptor } from './in-turn.interceptor.js';

@InTurn()
class Reads {}

class Uploads {}

/** Who took turns for a request to a controller. */
async function turnsOf(type: typeof Reads | typeof Uploads, clientId: string | null) {
  const handler = (): void => undefined;
  const held: string[] = [];
  const interceptor = new InTurnInterceptor({
    hold: (client, work) => {
      held.push(client);
      return work();
    },
  });
  const context = new ExecutionContextHost([{ principal: { clientId } }], type, handler);
  const answer = await firstValueFrom(interceptor.intercept(context, { handle: () => of('answer') }));
  return { held, answer };
}

describe('turns', () => {
  it('are taken where a route says so, by clients', async () => {
    const answer = 'answer';
    expect(await turnsOf(Reads, 'shop')).toEqual({ held: ['shop'], answer });
    expect(await turnsOf(Reads, null)).toEqual({ held: [], answer });
    expect(await turnsOf(Uploads, 'shop')).toEqual({ held: [], answer });
  });

  it.each([
    [2, 1],
    [10, 2],
    [40, 10],
  ])('are of %d connections %d at once', async (connections, atOnce) => {
    const turns = clientTurns(connections);
    let begun = 0;
    let end: () => void = () => undefined;
    const ended = new Promise<void>((resolve) => (end = resolve));
    const all = Array.from({ length: 20 }, () =>
      turns.hold('shop', () => {
        begun += 1;
        return ended;
      }),
    );
    expect(begun).toBe(atOnce);
    end();
    await Promise.all(all);
  });
});
