import { describe, expect, it } from '@jest/globals';

import { ClientTimes } from '../batching/client-times.js';
import { ClientBound } from './client-bound.js';
import { Comings } from './comings.js';
import { LongLooks } from './long-looks.js';
import { LooksInHand } from './looks-in-hand.js';
import type { CostlyTicket, Ticket } from './ticket.js';

const SLO_MS = 300;
const nobody = (): void => undefined;

const ticketOf = (clientId: string): Ticket => ({
  ...{ kind: 'path', path: '', perceptual: false, failedOnce: undefined, clientId, trafficClass: 'normal' },
  ...{ deadlineAtMs: 0, arrivedAtMs: 0, weight: 1, chargeMs: 20, lookMs: 20, resolve: nobody, reject: nobody },
});

function scene(processes: number) {
  const state = { nowMs: 10_000, room: processes, ready: processes };
  const nowMs = (): number => state.nowMs;
  const [comings, clients, longLooks] = [new Comings(nowMs), new ClientTimes(nowMs), new LongLooks(SLO_MS, nowMs)];
  const inHand = new LooksInHand<Ticket | CostlyTicket>(nowMs, nobody, nobody);
  const classifier = {
    get room() {
      return state.room;
    },
    state: () => ({ processes, ready: state.ready, busy: 0, inFlight: 0, queued: 0, replaced: 0, rssBytes: 0 }),
  };
  const bound = new ClientBound({ classifier, inHand, comings, clients, longLooks, nowMs });
  const come = (clientId: string): void => comings.note({ clientId, trafficClass: 'normal' });
  /** A look begins, and takes a place. */
  const begin = (clientId: string, places = 1) => {
    state.room -= places;
    return inHand.begin([ticketOf(clientId)], 20);
  };
  const looks = (clientId: string, count: number, ms: number): void => {
    for (let n = 0; n < count; n += 1) clients.note(clientId, ms);
    longLooks.note(clientId, ms);
  };
  return { state, bound, come, begin, looks };
}

describe('the last free process', () => {
  it('is for a client that holds all the others only while nobody else is about', () => {
    const { state, bound, come, begin } = scene(3);
    for (const clientId of ['modest', 'greedy']) come(clientId);
    for (let n = 0; n < 2; n += 1) {
      expect(bound.mayBegin('greedy')).toBe(true);
      begin('greedy');
    }
    expect([bound.mayBegin('greedy'), bound.mayBegin('modest')]).toEqual([false, true]);
    expect(bound.endsAtMs('greedy')).toBe(state.nowMs + 1_000);
    state.nowMs += 1_000;
    expect(bound.mayBegin('greedy')).toBe(true);
  });

  it('is for any client that does not hold the others', () => {
    const { bound, come, begin } = scene(4);
    for (const clientId of ['one', 'other']) come(clientId);
    for (const clientId of ['one', 'other', 'one']) begin(clientId);
    expect([bound.mayBegin('one'), bound.mayBegin('other'), bound.mayBegin('third')]).toEqual([true, true, true]);
  });

  it('is the last place, too, where the model runs elsewhere and more calls are under way than there are decoders', () => {
    const { bound, come, begin } = scene(2);
    for (const clientId of ['modest', 'greedy']) come(clientId);
    for (let n = 0; n < 5; n += 1) begin('greedy', 0);
    // two decoders are free
    expect(bound.mayBegin('greedy')).toBe(true);
    begin('greedy');
    expect([bound.mayBegin('greedy'), bound.mayBegin('modest')]).toEqual([false, true]);
  });

  it('is for a client all the same whose looks are known to be short', () => {
    const { state, bound, come, begin, looks } = scene(2);
    for (const clientId of ['modest', 'greedy']) come(clientId);
    begin('greedy');
    looks('greedy', 9, 20);
    expect(bound.mayBegin('greedy')).toBe(false);
    looks('greedy', 1, 20);
    expect(bound.mayBegin('greedy')).toBe(true);
    // its look goes on for longer than a quarter of the SLO
    state.nowMs += 76;
    expect(bound.mayBegin('greedy')).toBe(false);
  });

  it('is not for a client whose look took long, for sixty times the excess', () => {
    const { bound, come, begin, looks } = scene(2);
    looks('greedy', 10, 20);
    looks('greedy', 1, 95);
    begin('greedy');
    come('modest');
    expect(bound.mayBegin('greedy')).toBe(false);
    const fresh = scene(2);
    fresh.looks('greedy', 10, 20);
    fresh.looks('greedy', 1, 95);
    fresh.state.nowMs += 60 * 20;
    fresh.begin('greedy');
    fresh.come('modest');
    expect(fresh.bound.mayBegin('greedy')).toBe(true);
  });
});

describe('a single process', () => {
  it('is for everybody in turn, but not for a client that has just made others late', () => {
    const { state, bound, come, looks } = scene(1);
    come('modest');
    looks('greedy', 1, 240);
    expect(bound.mayBegin('greedy')).toBe(true);
    looks('greedy', 1, 250);
    expect(bound.mayBegin('greedy')).toBe(false);
    expect(bound.residualsMs('greedy', () => 20)).toEqual([600]);
    expect(bound.endsAtMs('greedy')).toBe(state.nowMs + 600);
    state.nowMs += 600;
    expect(bound.mayBegin('greedy')).toBe(true);
  });
});
