import { describe, expect, it } from 'vitest';
import type { DocumentChange } from './changes';
import { applyChanges } from './changes';
import * as history from './history';
import {
  acceptChanges,
  acceptDocument,
  acceptStored,
  keepIdentity,
  refuse,
  rejoin,
  type SyncState,
  visible,
} from './sync';
import { waterworks } from './testCatalog';

const rename = (node_id: string, name: string): DocumentChange => ({ type: 'rename_node', node_id, name });

function state(): SyncState {
  return {
    confirmed: waterworks(),
    revision: 3,
    pending: [{ id: 'mine', changes: [rename('p', 'My pipe')] }],
    unstored: [],
  };
}

describe('what a person sees', () => {
  it('is the confirmed document with unanswered edits on top', () => {
    expect(visible(state()).nodes[1]?.name).toBe('My pipe');
  });

  it('keeps own edits over others’ until the server has answered', () => {
    const theirs = acceptChanges(
      state(),
      [rename('p', 'Their pipe'), rename('s', 'Their spring')],
      4,
      'theirs',
    );
    expect(visible(theirs).nodes.map((node) => node.name)).toEqual(['Their spring', 'My pipe', 'b']);
    const answered = acceptChanges(theirs, [rename('p', 'My pipe')], 5, 'mine');
    expect(answered.pending).toEqual([]);
    expect(answered.revision).toBe(5);
    expect(visible(answered).nodes[1]?.name).toBe('My pipe');
  });

  it('drops a refused edit and survives a whole new document', () => {
    const refused = refuse(state(), 'mine');
    expect(visible(refused.state)).toEqual(waterworks());
    expect(refused.rest).toEqual({ changes: [rename('p', 'My pipe')], lost: [] });
    expect(refuse(state(), 'other').rest).toBeNull();
    const renewed = acceptDocument(state(), { ...waterworks(), name: 'New' }, 9);
    expect(visible(renewed)).toMatchObject({ name: 'New' });
    expect(visible(renewed).nodes[1]?.name).toBe('My pipe');
  });

  it('holds on to what the server has not written down, and sends it again after a break', () => {
    const taken = acceptChanges(state(), [rename('p', 'My pipe')], 4, 'mine');
    expect(taken.unstored).toMatchObject([{ id: 'mine', revision: 4 }]);
    expect(acceptStored(taken, 3).unstored).toHaveLength(1);
    expect(acceptStored(taken, 4).unstored).toEqual([]);
    const back = rejoin(
      { ...taken, pending: [{ id: 'next', changes: [rename('s', 'S')] }] },
      waterworks(),
      3,
    );
    expect(back.pending.map(({ id }) => id)).toEqual(['mine', 'next']);
    expect(visible(back).nodes.map((node) => node.name)).toEqual(['S', 'My pipe', 'b']);
  });

  it('keeps the objects of what did not change', () => {
    const before = waterworks();
    const after = keepIdentity(before, applyChanges(waterworks(), [rename('p', 'Other')]));
    expect(after.nodes[0]).toBe(before.nodes[0]);
    expect(after.nodes[1]).not.toBe(before.nodes[1]);
    expect(after.edges[0]).toBe(before.edges[0]);
  });
});

describe('history', () => {
  it('makes one step of a gesture and goes back and forth', () => {
    let document = waterworks();
    let past = history.EMPTY_HISTORY;
    for (const value of [0.3, 0.4, 0.5]) {
      const changes: DocumentChange[] = [{ type: 'set_parameter', node_id: 'p', name: 'length_s', value }];
      past = history.record(past, document, changes, 'slide');
      document = applyChanges(document, changes);
    }
    expect(past.past).toHaveLength(1);
    const back = history.undo(past, document);
    if (!back) throw new Error('nothing to undo');
    const undone = applyChanges(document, back.changes);
    expect(undone).toEqual(waterworks());
    const forth = history.redo(back.history, undone);
    expect(forth && applyChanges(undone, forth.changes)).toEqual(document);
  });

  it('begins a new step after the gesture was closed', () => {
    const changes = [rename('p', 'a')];
    const one = history.closeGesture(history.record(history.EMPTY_HISTORY, waterworks(), changes, 'name'));
    const two = history.record(one, applyChanges(waterworks(), changes), [rename('p', 'ab')], 'name');
    expect(two.past).toHaveLength(2);
  });

  it('says when there is nothing left to take back, and goes on with the step before', () => {
    const first = [rename('s', 'Source')];
    const document = applyChanges(waterworks(), first);
    const second = [rename('p', 'Pipe')];
    const past = history.record(
      history.record(history.EMPTY_HISTORY, waterworks(), first, null),
      document,
      second,
      null,
    );
    const without = applyChanges(document, [{ type: 'remove_node', node_id: 'p' }]);
    const turn = history.undo(past, without);
    expect(turn).toMatchObject({ changes: [], made: second });
    expect(turn && history.undo(turn.history, without)?.changes).toEqual([rename('s', 's')]);
  });

  it('is bounded', () => {
    let past = history.EMPTY_HISTORY;
    for (let step = 0; step < history.HISTORY_STEPS_MAX + 10; step += 1) {
      past = history.record(past, waterworks(), [rename('p', String(step))], null);
    }
    expect(past.past).toHaveLength(history.HISTORY_STEPS_MAX);
  });
});
