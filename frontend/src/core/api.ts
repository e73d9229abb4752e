/** The HTTP side of the server; see /api/openapi.json. Every failure is an `ApiError` with a template and values. */
import type { ScenarioDocument } from './document';
import type {
  Catalog,
  Check,
  ErrorBody,
  Flowchart,
  Imported,
  KeptVersion,
  LibraryEntry,
  NewLink,
  Permission,
  ScenarioLinks,
  StoredScenario,
  StoredVersion,
  VersionEntry,
} from './protocol';

export type {
  Analysis,
  Diagnostic,
  LibraryEntry,
  NodeAnalysis,
  Permission,
  StoredVersion,
  VersionEntry,
} from './protocol';

export class ApiError extends Error {
  readonly status: number;
  readonly code: string;
  readonly template: string;
  readonly values: Record<string, unknown>;

  constructor(status: number, code: string, template: string, values: Record<string, unknown>) {
    super(template);
    this.status = status;
    this.code = code;
    this.template = template;
    this.values = values;
  }
}

async function request<T>(method: string, path: string, body?: unknown, signal?: AbortSignal): Promise<T> {
  const response = await send(method, path, body, signal);
  if (response.status === 204) return undefined as T;
  const data: unknown = await response.json().catch(() => null);
  if (!response.ok || data === null) throw errorFrom(response.status, data as Partial<ErrorBody> | null);
  return data as T;
}

/** Post, and read the answer's lines of JSON as they come. Throws an `ApiError`. */
export async function* postLines<T>(path: string, body: unknown, signal: AbortSignal): AsyncGenerator<T> {
  const response = await send('POST', path, body, signal);
  if (!response.ok || !response.body) {
    const data: unknown = await response.json().catch(() => null);
    throw errorFrom(response.status, data as Partial<ErrorBody> | null);
  }
  const reader = response.body.getReader();
  const decoder = new TextDecoder();
  let rest = '';
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    const lines = (rest + decoder.decode(part.value, { stream: true })).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) yield JSON.parse(line) as T;
  }
}

async function send(method: string, path: string, body?: unknown, signal?: AbortSignal): Promise<Response> {
  const headers: Record<string, string> = { Accept: 'application/json' };
  const csrf = csrfToken();
  if (method !== 'GET' && csrf) headers['X-CSRFToken'] = csrf;
  if (body !== undefined) headers['Content-Type'] = 'application/json';
  try {
    return await fetch(`/api${path}`, {
      method,
      headers,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      ...(signal ? { signal } : {}),
    });
  } catch (error) {
    if (signal?.aborted) throw error;
    throw new ApiError(0, 'unreachable', 'The server cannot be reached.', {});
  }
}

function errorFrom(status: number, body: Partial<ErrorBody> | null): ApiError {
  const { code, message, values } = body?.error ?? ({} as Partial<ErrorBody['error']>);
  return new ApiError(
    status,
    code ?? `http_${status}`,
    message ?? 'The server answered with an error ({status}).',
    values ?? { status },
  );
}

function csrfToken(): string | null {
  return /(?:^|;\s*)csrftoken=([^;]+)/.exec(document.cookie)?.[1] ?? null;
}

function decoded(text: string): unknown {
  if (!/^\s*\{/.test(text.replace(/^\ufeff/, ''))) return text;
  try {
    return JSON.parse(text.replace(/^\ufeff/, ''));
  } catch {
    // The server says where it is wrong.
    return text;
  }
}

const path = encodeURIComponent;

export const api = {
  catalog: () => request<Catalog>('GET', '/catalog'),
  messages: (language: string) => request<Record<string, string>>('GET', `/messages/${path(language)}`),
  library: () => request<LibraryEntry[]>('GET', '/library'),
  libraryEntry: (id: string) => request<LibraryEntry>('GET', `/library/${path(id)}`),
  create: (document: ScenarioDocument) => request<ScenarioLinks>('POST', '/scenarios', { document }),
  load: (token: string) => request<StoredScenario>('GET', `/scenarios/${path(token)}`),
  fork: (token: string) => request<ScenarioLinks>('POST', `/scenarios/${path(token)}/fork`),
  makeLink: (token: string, permission: Permission) =>
    request<NewLink>('POST', `/scenarios/${path(token)}/links`, { permission }),
  revokeLink: (token: string, other: string) =>
    request<void>('DELETE', `/scenarios/${path(token)}/links/${path(other)}`),
  versions: (token: string) => request<VersionEntry[]>('GET', `/scenarios/${path(token)}/versions`),
  version: (token: string, revision: number) =>
    request<StoredVersion>('GET', `/scenarios/${path(token)}/versions/${revision}`),
  keepVersion: (token: string, name: string) =>
    request<KeptVersion>('POST', `/scenarios/${path(token)}/versions`, { name }),
  nameVersion: (token: string, revision: number, name: string) =>
    request<void>('PUT', `/scenarios/${path(token)}/versions/${revision}`, { name }),
  /** a decoded scenario travels lighter than its text in quotes */
  importDrawing: (text: string) => request<Imported>('POST', '/import', { drawing: decoded(text) }),
  flowchart: (document: ScenarioDocument) => request<Flowchart>('POST', '/mermaid', { document }),
  check: (document: ScenarioDocument, signal?: AbortSignal) =>
    request<Check>('POST', '/check', { document }, signal),
};
