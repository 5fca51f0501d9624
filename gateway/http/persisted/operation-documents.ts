import { GraphQLError, parse } from 'graphql';
import { LRUCache } from 'lru-cache';
import { DAY } from '#kernel/clock/clock';
import { gatewayError } from '../../gateway.errors';
import { MAX_TOKENS, refuseLargeDocuments } from '../limits/document-size';
import { type Manifests, type PersistedMode, hashOf } from './manifest';

/** How a client may say which document it means. */
export interface SentDocument {
  readonly query?: unknown;
  readonly extensions?: unknown;
  /** Its id in a manifest. */
  readonly documentId?: unknown;
  /** The same, as Relay's documentation names it. */
  readonly id?: unknown;
}

export interface DocumentOptions {
  readonly manifests?: Manifests | undefined;
  readonly mode?: PersistedMode;
}

const MAX_REMEMBERED = 10_000;
const MAX_BYTES = 32 * 1024 * 1024;

/**
 * Finds the document that a request means and refuses one that is too large to be validated. Automatic persisted
 * queries only save bytes: what a client has sent with its hash may be named by it for a day.
 */
export class OperationDocuments {
  private readonly remembered = new LRUCache<string, string>({
    max: MAX_REMEMBERED,
    maxSize: MAX_BYTES,
    sizeCalculation: (text) => text.length + 100,
    ttl: DAY,
  });
  /** Documents that were measured: a good one, or why it is refused. */
  private readonly measured = new LRUCache<string, GraphQLError | true>({
    max: MAX_REMEMBERED,
    maxSize: MAX_BYTES,
    sizeCalculation: (_verdict, text) => text.length + 100,
  });

  constructor(private readonly options: DocumentOptions = {}) {}

  /**
   * The text of the document; undefined when none is given in any way. Throws PERSISTED_QUERY_NOT_FOUND,
   * OPERATION_NOT_ALLOWED, BAD_REQUEST or QUERY_TOO_COMPLEX.
   */
  find(sent: SentDocument, app: string | undefined): string | undefined {
    const text = this.textOf(sent, app);
    if (text === undefined) return undefined;
    const { manifests, mode } = this.options;
    if (mode === 'SAFELIST' && manifests?.has(app, text) !== true) {
      throw gatewayError('OPERATION_NOT_ALLOWED');
    }
    const verdict = this.measured.get(text) ?? measure(text);
    this.measured.set(text, verdict);
    if (verdict !== true) throw verdict;
    const hash = hashIn(sent);
    if (hash !== undefined && sent.query) this.remembered.set(hash, text);
    return text;
  }

  private textOf(sent: SentDocument, app: string | undefined): string | undefined {
    const { query } = sent;
    const hash = hashIn(sent);
    if (typeof query === 'string' && query !== '') {
      if (hash !== undefined && hash !== hashOf(query)) {
        throw badRequest('The hash of the persisted query is not that of the document.');
      }
      return query;
    }
    const id = hash ?? [sent.documentId, sent.id].find((one) => typeof one === 'string');
    if (id === undefined) return undefined;
    const text = this.options.manifests?.document(app, id) ?? this.remembered.get(id);
    if (text !== undefined) return text;
    throw gatewayError('PERSISTED_QUERY_NOT_FOUND');
  }
}

function hashIn({ extensions }: SentDocument): string | undefined {
  const { persistedQuery } = (extensions ?? {}) as { readonly persistedQuery?: unknown };
  if (persistedQuery == null) return undefined;
  const { version, sha256Hash } = persistedQuery as Readonly<Record<string, unknown>>;
  if (version !== 1) throw badRequest('Persisted queries have version 1.');
  if (typeof sha256Hash === 'string') return sha256Hash;
  throw badRequest('`sha256Hash` of a persisted query has to be a text.');
}

/** What cannot be parsed is refused by whoever parses it next, with the place of the mistake. */
function measure(text: string): GraphQLError | true {
  try {
    refuseLargeDocuments(parse(text, { noLocation: true, maxLexicalTokens: MAX_TOKENS }));
    return true;
  } catch (error) {
    if (!(error instanceof GraphQLError)) throw error;
    return error.extensions['code'] === 'QUERY_TOO_COMPLEX' ? error : true;
  }
}

const badRequest = (message: string): GraphQLError =>
  new GraphQLError(message, { extensions: { code: 'BAD_REQUEST', http: { status: 400 } } });
