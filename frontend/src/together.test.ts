/**
 * Several people at once: random edits, delays, breaks and crashes, and in the end everybody sees the server's document.
 *
 * Each browser is the editor's real store, loaded anew per person; the server is a model that orders edits, takes all of
 * one or none, and remembers their ids with the document that it writes down.
 */
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { applyChange, type DocumentChange } from './core/changes';
import type { ScenarioDocument } from './core/document';
import { edge, node, waterworks } from './core/testCatalog';

type Store = typeof import('./store');

/** Numbers from 0 to 1 that depend on the seed alone (a linear congruential generator). */
function chance(seed: number): () => number {
  let state = seed * 2654435761 + 1;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

interface Told {
  op: 'edited' | 'rejected' | 'saved' | 'welcome';
  id: string;
  changes: DocumentChange[];
  revision: number;
  document?: ScenarioDocument;
}

class ModelServer {
  document = waterworks();
  revision = 1;
  applied: string[] = [];
  written = { document: this.document, revision: 1, applied: [] as string[] };
  readonly people: Person[] = [];

  take(from: Person, id: string, changes: DocumentChange[]): void {
    const { revision } = this;
    if (this.applied.includes(id)) {
      from.hear({ op: 'edited', id, changes: [], revision });
      return;
    }
    let document = this.document;
    for (const change of changes) {
      const next = applyChange(document, change);
      if (!this.#accepts(document, next, change)) {
        from.hear({ op: 'rejected', id, changes: [], revision });
        return;
      }
      document = next;
    }
    this.document = document;
    this.revision += 1;
    this.applied = [...this.applied, id];
    for (const person of this.people) person.hear({ op: 'edited', id, changes, revision: this.revision });
  }

  /** The server says no to what has no target; setting something to what it is already is fine. */
  #accepts(before: ScenarioDocument, after: ScenarioDocument, change: DocumentChange): boolean {
    if (after !== before) return true;
    return (
      'node_id' in change &&
      change.type !== 'remove_node' &&
      before.nodes.some(({ id }) => id === change.node_id)
    );
  }

  write(): void {
    this.written = { document: this.document, revision: this.revision, applied: this.applied };
    for (const person of this.people)
      person.hear({ op: 'saved', id: '', changes: [], revision: this.revision });
  }

  /** What was not written down is gone, and so are all lines. */
  crash(): void {
    Object.assign(this, this.written);
    for (const person of this.people) person.cut();
  }
}

/** One page: the editor's own store, and a line that delays what it carries. */
class Person {
  readonly store: Store;
  readonly server: ModelServer;
  readonly name: string;
  #up = true;
  #toServer: [string, DocumentChange[]][] = [];
  #toPage: Told[] = [];

  constructor(store: Store, server: ModelServer, name: string) {
    this.store = store;
    this.server = server;
    this.name = name;
    server.people.push(this);
    store.setEditSink(null);
    store.dismissNotice(store.useEditor.getState().notice?.id ?? 0);
    store.openDocument(server.document, { token: 'x', viewToken: null, permission: 'edit', revision: 1 });
    store.setEditSink((id, changes) => {
      if (this.#up) this.#toServer.push([id, changes]);
    });
  }

  get document(): ScenarioDocument {
    return this.store.useEditor.getState().document;
  }

  hear(told: Told): void {
    if (this.#up) this.#toPage.push(told);
  }

  cut(): void {
    this.#up = false;
    this.#toServer = [];
    this.#toPage = [];
  }

  /** Carry one message, if there is one. */
  carry(towards: 'server' | 'page'): boolean {
    if (!this.#up) {
      this.#up = true;
      const { document, revision } = this.server;
      this.#toPage.push({ op: 'welcome', id: '', changes: [], revision, document });
    }
    if (towards === 'server') {
      const sent = this.#toServer.shift();
      if (sent) this.server.take(this, ...sent);
      return sent !== undefined;
    }
    const told = this.#toPage.shift();
    if (told) this.#read(told);
    return told !== undefined;
  }

  #read(told: Told): void {
    const { store } = this;
    if (told.op === 'welcome' && told.document) {
      store.rejoin(told.document, told.revision);
    } else if (told.op === 'edited') {
      const own = store.useEditor.getState().sync.pending.some(({ id }) => id === told.id);
      store.acceptRemote(told.changes, told.revision, own ? told.id : null);
    } else if (told.op === 'rejected') {
      store.reject(told.id, []);
    } else {
      store.noteStored(told.revision);
    }
  }
}

const some = <T>(items: readonly T[], random: () => number): T | undefined =>
  items[Math.floor(random() * items.length)];

/** Something a person may do to the drawing as it is on screen; `label` makes what is added recognizable. */
function gesture(document: ScenarioDocument, random: () => number, label: string): DocumentChange[] {
  const one = some(document.nodes, random);
  const other = some(document.nodes, random);
  const wire = some(document.edges, random);
  const dice = random();
  if (!one || !other || dice < 0.2) return [{ type: 'add_node', node: node(label, 'pipe', random() * 900) }];
  if (dice < 0.35) return [{ type: 'move_node', node_id: one.id, x: Math.floor(random() * 900), y: 0 }];
  if (dice < 0.5) {
    return [
      { type: 'set_parameter', node_id: one.id, name: some(['a', 'b'], random) ?? 'a', value: random() },
    ];
  }
  if (dice < 0.6) return [{ type: 'rename_node', node_id: one.id, name: label }];
  if (dice < 0.7) return [{ type: 'remove_node', node_id: one.id }];
  if (dice < 0.8 && wire) return [{ type: 'remove_edge', edge_id: wire.id }];
  if (dice < 0.9 && one !== other) return [{ type: 'add_edge', edge: edge(label, one.id, other.id) }];
  return [
    { type: 'rename_node', node_id: one.id, name: label },
    { type: 'move_node', node_id: other.id, x: 1, y: Math.floor(random() * 900) },
  ];
}

const stores: Store[] = [];
beforeAll(async () => {
  for (let page = 0; page < 3; page++) {
    vi.resetModules();
    stores.push(await import('./store'));
  }
});

function people(server: ModelServer, names: string[]): Person[] {
  return names.map((name, page) => new Person(stores[page] as Store, server, name));
}

function settleAll(everyone: Person[], server: ModelServer): void {
  for (let turn = 0; turn < 10_000; turn++) {
    const busy = everyone.flatMap((person) => [person.carry('server'), person.carry('page')]);
    if (!busy.some(Boolean)) {
      server.write();
      for (const person of everyone) person.carry('page');
      return;
    }
  }
  throw new Error('messages without end');
}

describe('several people at once', () => {
  it.each(Array.from({ length: 30 }, (_, seed) => seed))('end with the same drawing (seed %i)', (seed) => {
    const random = chance(seed);
    const server = new ModelServer();
    const everyone = people(server, seed % 2 ? ['ann', 'bob'] : ['ann', 'bob', 'cho']);
    const made = new Map<string, string>();
    for (let step = 0; step < 150; step++) {
      const person = some(everyone, random) as Person;
      const dice = random();
      if (dice < 0.3) {
        const label = `${person.name}-${step}`;
        const changes = gesture(person.document, random, label);
        if (person.store.applyLocal(changes) && changes[0]?.type === 'add_node') made.set(label, person.name);
      } else if (dice < 0.36) {
        person.store.undo();
      } else if (dice < 0.39) {
        person.store.redo();
      } else if (dice < 0.41) {
        person.cut();
      } else if (dice < 0.42) {
        server.crash();
      } else if (dice < 0.5) {
        server.write();
      } else {
        person.carry(dice < 0.75 ? 'server' : 'page');
      }
    }
    settleAll(everyone, server);
    for (const { store } of everyone) {
      const { document, sync } = store.useEditor.getState();
      expect(sync.pending).toEqual([]);
      expect(sync.unstored).toEqual([]);
      expect(document).toEqual(server.document);
    }
    expect(made.size).toBeGreaterThan(3);
  });

  it('lose no edit without a word, whatever breaks', () => {
    for (let seed = 100; seed < 115; seed++) {
      const random = chance(seed);
      const server = new ModelServer();
      const everyone = people(server, ['ann', 'bob']);
      const mine: [Person, string][] = [];
      for (let step = 0; step < 80; step++) {
        const person = some(everyone, random) as Person;
        const dice = random();
        if (dice < 0.3) {
          const id = `${person.name}-${step}`;
          person.store.applyLocal([{ type: 'add_node', node: node(id, 'pipe') }]);
          mine.push([person, id]);
        } else if (dice < 0.35) {
          person.cut();
        } else if (dice < 0.38) {
          server.crash();
        } else if (dice < 0.5) {
          server.write();
        } else {
          person.carry(dice < 0.75 ? 'server' : 'page');
        }
      }
      settleAll(everyone, server);
      // Nobody removed anything, so whatever was added is there, once.
      const ids = server.document.nodes.map(({ id }) => id);
      expect(new Set(ids).size).toBe(ids.length);
      expect(mine.filter(([, id]) => !ids.includes(id))).toEqual([]);
      expect(mine.length).toBeGreaterThan(10);
    }
  });

  it('tell the author what could not be kept, and keep the rest', () => {
    const server = new ModelServer();
    const [ann, bob] = people(server, ['ann', 'bob']) as [Person, Person];
    ann.store.applyLocal([{ type: 'remove_node', node_id: 'p' }]);
    bob.store.applyLocal([
      { type: 'rename_node', node_id: 'p', name: 'Mine' },
      { type: 'rename_node', node_id: 's', name: 'Source' },
    ]);
    settleAll([ann, bob], server);
    expect(server.document.nodes.map(({ name }) => name)).toEqual(['Source', 'b']);
    const { notice, lost } = bob.store.useEditor.getState();
    expect(notice?.tone).toBe('error');
    expect(notice?.text).toContain('Rename');
    expect(lost).toEqual([]);

    // The same from somebody who was away is listed until something is done about it.
    bob.cut();
    bob.store.applyLocal([{ type: 'rename_node', node_id: 'b', name: 'Away' }]);
    const before = bob.document;
    ann.store.applyLocal([{ type: 'remove_node', node_id: 'b' }]);
    ann.carry('server');
    settleAll([ann, bob], server);
    const away = bob.store.useEditor.getState();
    expect(away.lost).toMatchObject([{ changes: [{ type: 'rename_node', node_id: 'b' }] }]);
    expect(away.mine).toEqual(before);
    bob.store.dropLost();
    expect(bob.store.useEditor.getState()).toMatchObject({ lost: [], mine: null });
  });

  it('who do the same hear nothing of it', () => {
    const server = new ModelServer();
    const [ann, bob] = people(server, ['ann', 'bob']) as [Person, Person];
    for (const { store } of [ann, bob]) store.applyLocal([{ type: 'remove_node', node_id: 'p' }]);
    settleAll([ann, bob], server);
    expect(bob.store.useEditor.getState().notice).toBeNull();
    expect(bob.document).toEqual(server.document);
  });
});
