import {
  type DocumentNode,
  type ExecutionResult,
  GraphQLError,
  type GraphQLFormattedError,
  execute,
  parse,
  validate,
} from 'graphql';
import { type Grant, GrantBook } from '../auth/grant';
import type { Viewer } from '../auth/viewer';
import { CallError, Refusal } from '../errors/refusal';
import type { Logger } from '../server/log';
import type { Subgraph } from '../server/subgraph';
import { type Tracing, noTracing } from '../telemetry/tracing';

/** A GraphQL request to one subgraph. */
export interface DoorRequest {
  readonly query: string;
  readonly variables?: Readonly<Record<string, unknown>> | undefined;
  readonly operationName?: string | undefined;
  /** `grant`: whoever owns what is asked for also says how long it may be followed, and with whom it is shared. */
  readonly extensions?: { readonly grant?: boolean } | undefined;
}

export interface DoorResponse {
  readonly data?: Record<string, unknown> | null;
  readonly errors?: readonly GraphQLFormattedError[];
  readonly extensions?: { readonly grants?: readonly Grant[] };
}

/** The one way into a subgraph, whatever the transport: a request and who makes it. */
export interface SubgraphDoor {
  readonly name: string;
  execute(request: DoorRequest, viewer: Viewer): Promise<DoorResponse>;
}

const MAX_DOCUMENTS = 2_000;
/** PostgreSQL's codes for text that holds U+0000, as a value or inside JSON: the caller's fault, not ours. */
const UNSTORABLE = new Set(['22021', '22P05']);

/**
 * Runs requests on a subgraph in this process. Documents come from the gateway's planner and are few: each is parsed
 * and validated once.
 */
export class LocalDoor implements SubgraphDoor {
  private readonly documents = new Map<string, DocumentNode | readonly GraphQLError[]>();

  constructor(
    private readonly subgraph: Subgraph,
    private readonly log: Logger,
    private readonly tracing: Tracing = noTracing,
  ) {}

  get name(): string {
    return this.subgraph.name;
  }

  execute(request: DoorRequest, viewer: Viewer): Promise<DoorResponse> {
    if (!this.tracing.on) return this.run(request, viewer);
    const attributes = { 'tradegraph.subgraph': this.name };
    return this.tracing.span(`execute ${this.name}`, { attributes }, () =>
      this.run(request, viewer),
    );
  }

  private async run(request: DoorRequest, viewer: Viewer): Promise<DoorResponse> {
    const document = this.document(request.query);
    if (Array.isArray(document))
      return { errors: document.map((error: GraphQLError) => error.toJSON()) };
    const grants = request.extensions?.grant === true ? this.grantBook(viewer) : undefined;
    const result: ExecutionResult = await execute({
      schema: this.subgraph.schema,
      document: document as DocumentNode,
      contextValue: this.subgraph.context(viewer, grants),
      variableValues: request.variables,
      operationName: request.operationName,
    });
    return {
      ...(result.data === undefined ? {} : { data: result.data }),
      ...(result.errors === undefined
        ? {}
        : { errors: result.errors.map((error) => this.mask(error, viewer)) }),
      ...(grants === undefined ? {} : { extensions: { grants: grants.given } }),
    };
  }

  private grantBook(viewer: Viewer): GrantBook {
    return new GrantBook(viewer, this.subgraph.db.clock.now());
  }

  private document(query: string): DocumentNode | readonly GraphQLError[] {
    const known = this.documents.get(query);
    if (known !== undefined) return known;
    const checked = parseAndValidate(this.subgraph, query);
    if (this.documents.size >= MAX_DOCUMENTS) this.documents.clear();
    this.documents.set(query, checked);
    return checked;
  }

  /** Only what a caller may know goes out; a fault is logged whole and answered with its correlation id. */
  private mask(error: GraphQLError, viewer: Viewer): GraphQLFormattedError {
    const { originalError, message, path, locations } = error;
    const where = { ...(path && { path }), ...(locations && { locations }) };
    if (originalError instanceof CallError || originalError instanceof Refusal) {
      return { message, ...where, extensions: { code: originalError.code } };
    }
    const code = error.extensions['code'];
    if (originalError === undefined || originalError instanceof GraphQLError) {
      return {
        message,
        ...where,
        extensions: { code: typeof code === 'string' ? code : 'BAD_USER_INPUT' },
      };
    }
    if (UNSTORABLE.has((originalError as { code?: string }).code ?? '')) {
      const message = 'The input holds a character that no text can have (U+0000).';
      return { message, ...where, extensions: { code: 'BAD_USER_INPUT' } };
    }
    const { correlationId } = viewer;
    this.log.error({ err: originalError, path, correlationId }, 'fault in a resolver');
    return { message: 'Internal error', ...where, extensions: { code: 'INTERNAL', correlationId } };
  }
}

function parseAndValidate(
  { schema }: Subgraph,
  query: string,
): DocumentNode | readonly GraphQLError[] {
  try {
    const document = parse(query);
    const errors = validate(schema, document);
    return errors.length > 0 ? errors : document;
  } catch (error) {
    return [
      error instanceof GraphQLError ? error : new GraphQLError('the document does not parse'),
    ];
  }
}
