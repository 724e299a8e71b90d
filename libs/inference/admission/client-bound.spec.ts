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
    state: () => {
      const busy = inHand.size - inHand.elsewhere.length;
      return { processes, ready: state.ready, busy, inFlight: 0, queued: 0, replaced: 0, rssBytes: 0 };
    },
  };
  const bound = new ClientBound({ classifier, inHand, comings, clients, longLooks, nowMs });
  const come = (clientId: string): void => comings.note({ clientId, trafficClass: 'normal' });
  /** A look begins, and takes a place. */
  const begin = (clientId: string, places = 1, expectedMs = 20) => {
    state.room -= places;
    return inHand.begin([ticketOf(clientId)], expectedMs);
  };
  /** A look that was decoded and that another server has. */
  const away = (clientId: string, expectedMs: number): void => inHand.handOver(begin(clientId, 0, expectedMs));
  const looks = (clientId: string, count: number, ms: number): void => {
    for (let n = 0; n < count; n += 1) clients.note(clientId, ms);
    longLooks.note(clientId, ms);
  };
  return { state, bound, come, begin, away, looks };
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

  it('is the last decoder where the model runs elsewhere, however many of its looks are there', () => {
    const { bound, come, begin, away } = scene(3);
    for (const clientId of ['modest', 'greedy']) come(clientId);
    for (let n = 0; n < 5; n += 1) away('greedy', 200);
    for (let n = 0; n < 2; n += 1) {
      expect(bound.mayBegin('greedy')).toBe(true);
      begin('greedy');
    }
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

describe('the last place on another server', () => {
  it('is for a client that holds all the others when one of its looks is about to end', () => {
    const { state, bound, come, away, looks } = scene(3);
    for (const clientId of ['modest', 'greedy']) come(clientId);
    looks('greedy', 10, 20);
    for (let n = 0; n < 3; n += 1) away('greedy', 100);
    // three decoders are free, and one place there
    state.room = 1;
    expect([bound.mayBegin('greedy'), bound.mayBegin('modest')]).toEqual([false, true]);
    expect(bound.endsAtMs('greedy')).toBe(state.nowMs + 25);
    state.nowMs += 25;
    expect(bound.mayBegin('greedy')).toBe(true);
    // the others that are as far are late
    state.nowMs += 151;
    expect(bound.mayBegin('greedy')).toBe(false);
  });

  it('is not for one whose looks nobody knows, and for any that does not hold the others', () => {
    const { state, bound, come, away } = scene(3);
    for (const clientId of ['modest', 'greedy']) come(clientId);
    for (let n = 0; n < 3; n += 1) away('greedy', 10);
    state.room = 1;
    expect(bound.mayBegin('greedy')).toBe(false);
    away('modest', 10);
    expect([bound.mayBegin('greedy'), bound.mayBegin('modest')]).toEqual([true, true]);
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
