import { addKind, connectNodes } from '../actions';
import {
  type Catalog,
  compatibleKinds,
  edgeMeaning,
  type Kind,
  type KindMatch,
  kindOf,
  refusal,
  searchKinds,
} from '../core/catalog';
import type { ScenarioDocument } from '../core/document';
import type { Selection } from '../core/edits';
import { recentKinds } from '../core/recent';
import type { Texts } from '../useTexts';
import type { Picker } from '../view';

/** The headings under which components stand while nothing is typed. */
export type PickerGroup = 'recent' | 'common' | 'all';

export interface PickerOption {
  key: string;
  /** null where there are no headings */
  group: PickerGroup | null;
  kind: string;
  label: string;
  detail: string | null;
  /** `plain` asks for the component alone, without the wire that would otherwise come with it */
  run: (plain: boolean) => void;
}

interface Asked {
  picker: Picker;
  catalog: Catalog;
  document: ScenarioDocument;
  selection: Selection;
  query: string;
  tr: Texts['tr'];
  t: Texts['t'];
}

/** What the picker offers for what was typed, best first. */
export function pickerOptions(asked: Asked): PickerOption[] {
  switch (asked.picker.mode) {
    case 'add':
      return addOptions(asked, asked.picker.place);
    case 'wire':
      return kindOptions(asked, asked.picker);
    case 'connect':
      return [
        ...nodeOptions(asked, asked.picker.node),
        ...kindOptions(asked, { node: asked.picker.node, forward: true, place: undefined }),
      ];
  }
}

function addOptions(asked: Asked, place: { x: number; y: number } | null): PickerOption[] {
  const { catalog, document, selection, query, tr } = asked;
  const only =
    selection.nodes.length === 1 ? document.nodes.find((node) => node.id === selection.nodes[0]) : null;
  const found = searchKinds(catalog, query, tr).map((match) => ({ ...match, group: null }));
  return (query.trim() === '' ? grouped(catalog) : found).map(({ kind, alias, preset, group }) => ({
    key: kind.kind,
    group,
    kind: kind.kind,
    label: tr(kind.title),
    detail: alias ?? tr(kind.summary),
    run: (plain) => {
      const wire = only && !plain && wiring(catalog, only.kind, kind);
      addKind(kind, {
        preset,
        at: wire ? undefined : (place ?? undefined),
        wire: wire ? { node: only.id, forward: wire === 'forward' } : undefined,
      });
    },
  }));
}

/** Every kind once: what this person added lately, what scenarios are made of most often, and the rest. */
function grouped(catalog: Catalog): (KindMatch & { group: PickerGroup })[] {
  const groups: [PickerGroup, readonly string[]][] = [
    ['recent', recentKinds()],
    ['common', catalog.common_kinds],
    ['all', catalog.kinds.map(({ kind }) => kind)],
  ];
  const taken = new Set<string>();
  return groups.flatMap(([group, names]) =>
    names.flatMap((name) => {
      const kind = taken.has(name) ? undefined : kindOf(catalog, name);
      taken.add(name);
      return kind ? [{ kind, group, alias: null, preset: null }] : [];
    }),
  );
}

/** In which direction a new component of this kind can be wired to the selected one. */
function wiring(catalog: Catalog, selected: string, kind: Kind): 'forward' | 'backward' | null {
  if (compatibleKinds(catalog, selected, true).includes(kind)) return 'forward';
  return compatibleKinds(catalog, selected, false).includes(kind) ? 'backward' : null;
}

function kindOptions(
  asked: Asked,
  wire: { node: string; forward: boolean; place: { x: number; y: number } | undefined },
): PickerOption[] {
  const { catalog, document, query, tr, t } = asked;
  const own = document.nodes.find((node) => node.id === wire.node);
  if (!own) return [];
  const fitting = compatibleKinds(catalog, own.kind, wire.forward);
  return searchKinds(catalog, query, tr, fitting).map(({ kind, alias, preset }) => ({
    key: `new ${kind.kind}`,
    group: null,
    kind: kind.kind,
    label: t('picker.new', { title: tr(kind.title) }),
    detail: alias,
    run: () => {
      addKind(kind, { preset, at: wire.place, wire: { node: wire.node, forward: wire.forward } });
    },
  }));
}

/** Existing nodes that this one may send to; the nearest in name first. */
function nodeOptions({ catalog, document, query, tr }: Asked, nodeId: string): PickerOption[] {
  const source = document.nodes.find((node) => node.id === nodeId);
  if (!source) return [];
  const wanted = query.trim().toLocaleLowerCase();
  return document.nodes
    .filter((node) => refusal(catalog, document, nodeId, node.id) === null)
    .filter((node) => {
      const title = kindOf(catalog, node.kind)?.title ?? '';
      const words = [node.name, title, tr(title), ...(kindOf(catalog, node.kind)?.aliases ?? [])];
      return words.some((word) => word.toLocaleLowerCase().includes(wanted));
    })
    .map((node) => {
      const meaning = edgeMeaning(catalog, source, node);
      return {
        key: `node ${node.id}`,
        group: null,
        kind: node.kind,
        label: node.name,
        detail: meaning ? tr(meaning) : null,
        run: () => {
          connectNodes(nodeId, node.id);
        },
      };
    });
}
