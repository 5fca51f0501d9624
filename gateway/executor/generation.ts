import { createHash } from 'node:crypto';
import { Supergraph } from '@apollo/federation-internals';
import { type DocumentNode, type GraphQLSchema, getOperationAST, parse, print } from 'graphql';
import { type LiveField, liveFields } from '../subscriptions/live-field';
import { aliasFields, fieldsWithArguments } from './argument-aliases';
import { Operation } from './operation';
import { OperationStore, type StoredOperation } from './operation-store';
import type { PlanMeter } from './planning/plan-meter';
import type { Planner } from './planning/planner';
import { TypeConditions } from './plan/type-conditions';
import type { FetchSource } from './sources/fetch-source';

/** An operation to run, valid for the schema of clients. */
export interface OperationRequest {
  readonly source: string;
  /** The source, when it is parsed already. */
  readonly document?: DocumentNode;
  readonly operationName: string | undefined;
}

/** One supergraph, loaded. It is never changed: a newer one takes its place and it serves those who still use it. */
export class Generation {
  /** SHA-256 of the supergraph, hex. */
  readonly hash: string;
  /** The schema of clients: without internal directives, types and fields. */
  readonly schema: GraphQLSchema;
  readonly liveFields: ReadonlyMap<string, LiveField>;
  private readonly types: TypeConditions;
  private readonly withArguments: ReadonlySet<string>;
  private readonly operations = new OperationStore();

  constructor(
    readonly sdl: string,
    private readonly sources: ReadonlyMap<string, FetchSource>,
    private readonly planner: Planner,
    private readonly meter?: Pick<PlanMeter, 'planLookup'>,
  ) {
    const supergraph = Supergraph.build(sdl);
    for (const { name } of supergraph.subgraphsMetadata()) {
      if (!sources.has(name)) throw new Error(`the supergraph names ${name}, which has no door`);
    }
    this.hash = createHash('sha256').update(sdl).digest('hex');
    this.schema = supergraph.apiSchema().toGraphQLJSSchema();
    this.liveFields = liveFields(sdl);
    const whole = supergraph.schema.toGraphQLJSSchema();
    this.types = new TypeConditions(whole);
    this.withArguments = fieldsWithArguments(whole);
  }

  /**
   * The compiled operation; the first time it is planned, unless `admit` throws then. Refusals are GraphQLErrors with a
   * code.
   */
  async prepare(request: OperationRequest, admit?: () => void): Promise<Operation> {
    let found: 'hit' | 'miss' = 'hit';
    const operation = this.operations.get(request, () => {
      found = 'miss';
      admit?.();
      return this.compile(request);
    });
    this.meter?.planLookup(found);
    return operation;
  }

  /** Plans what an older generation was asked most, so that a reload is not felt. */
  async warm(requests: readonly OperationRequest[]): Promise<void> {
    await Promise.all(requests.map((request) => this.prepare(request).catch(() => undefined)));
  }

  mostUsed(count: number): StoredOperation[] {
    return this.operations.mostUsed(count);
  }

  close(): Promise<void> {
    return this.planner.close();
  }

  private async compile(request: OperationRequest): Promise<Operation> {
    const { source, document = parse(source, { noLocation: true }), operationName } = request;
    const operation = getOperationAST(document, operationName);
    if (operation == null) throw new Error('the document has no such operation');
    const aliased = aliasFields(document, this.withArguments);
    const plan = await this.planner.plan({ document: print(aliased.document), operationName });
    const { schema, types, sources } = this;
    return new Operation({ document, operation, plan, aliased, schema, types, sources });
  }
}
