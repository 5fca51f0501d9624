import { systemClock } from '#kernel/clock/clock';
import { Database } from '#kernel/db/database';
import { LOG_READER_ROLE } from '#kernel/db/migrate';
import { type Doorbell, LocalDoorbell, PostgresDoorbell } from '#kernel/events/doorbell';
import type { EventLog } from '#kernel/events/event-log';
import { type Logger, makeLogger } from '#kernel/server/log';
import type { Subgraph, SubgraphHost } from '#kernel/server/subgraph';
import { type Tracing, openTracing } from '#kernel/telemetry/tracing';
import { publicHalf } from '#kernel/auth/keys';
import { startFulfillment } from '../subgraphs/fulfillment/fulfillment.main';
import { startMarketplace } from '../subgraphs/marketplace/marketplace.main';
import { startMerchantServices } from '../subgraphs/merchant-services/merchant-services.main';
import { startPayments } from '../subgraphs/payments/payments.main';
import type { DatabaseUrls } from './databases';
import type { Lifecycle } from './lifecycle';
import { LogParts } from './log-parts';
import { schemaOf, SUBGRAPHS, type SubgraphName } from './migrations';
import type { Secrets } from './secrets';
import type { Settings } from './settings';
import type { OutsideParties } from './simulators';

/** What the parts of one process are made from. */
export interface PartsOptions {
  readonly life: Lifecycle;
  readonly settings: Settings;
  readonly secrets: Secrets;
  readonly urls: DatabaseUrls;
  readonly outside: OutsideParties;
}

/** Opens the shared parts of a process: doorbell, event logs, subgraphs. Each closes with `life`. */
export class SystemParts {
  private readonly opened = new Map<SubgraphName, Promise<Subgraph>>();
  private logsOpened: Promise<readonly EventLog[]> | undefined;

  private constructor(
    private readonly options: PartsOptions,
    private readonly doorbell: Doorbell,
    private readonly log: LogParts,
    readonly tracing: Tracing,
  ) {}

  static async open(options: PartsOptions): Promise<SystemParts> {
    const alone = options.settings.role === 'all';
    const doorbell = await options.life.start(
      'doorbell',
      () =>
        Promise.resolve(
          alone ? new LocalDoorbell() : new PostgresDoorbell(options.urls.marketplace),
        ),
      (bell) => bell.close(),
    );
    const { role: service, otlpEndpoint: endpoint } = options.settings;
    const tracing = await options.life.start(
      'traces',
      () => openTracing({ service, endpoint }),
      (opened) => opened.close(),
    );
    const { life, settings } = options;
    const log = makeLogger('event log', settings.logLevel);
    const logs = await LogParts.open({ life, settings, commits: doorbell, log });
    return new SystemParts(options, doorbell, logs, tracing);
  }

  logger(name: string): Logger {
    return makeLogger(name, this.options.settings.logLevel);
  }

  /** Rings when there may be facts to read. */
  get arrivals(): Doorbell {
    return this.log.arrivals;
  }

  /** Asked by `/readyz`. */
  get logIsReachable(): boolean {
    return this.log.isReachable;
  }

  /** The facts of every subgraph, read with the role that may read nothing else. */
  logs(): Promise<readonly EventLog[]> {
    this.logsOpened ??= Promise.all(
      SUBGRAPHS.map(async (name) =>
        this.log.reader(name, await this.database(`log of ${name}`, name, LOG_READER_ROLE, 3)),
      ),
    );
    return this.logsOpened;
  }

  /** Helps a subgraph's facts on their way, where that takes more than its outbox. */
  relay(name: SubgraphName): Promise<void> {
    return this.log.relay(name, () => this.database(`relay of ${name}`, name, LOG_READER_ROLE, 2));
  }

  /** One subgraph of this process; asked for twice, it is the same one. */
  subgraph(name: SubgraphName): Promise<Subgraph> {
    const known = this.opened.get(name) ?? this.start(name);
    this.opened.set(name, known);
    return known;
  }

  private async start(name: SubgraphName): Promise<Subgraph> {
    const role = `tradegraph_${schemaOf(name)}`;
    const db = await this.database(name, name, role, 12);
    return this.starters()[name]({ db, clock: systemClock, log: this.logger(name) });
  }

  private starters(): Record<SubgraphName, (host: SubgraphHost) => Promise<Subgraph>> {
    const { secrets, outside, settings } = this.options;
    return {
      marketplace: (host) =>
        startMarketplace(host, {
          signingKey: secrets.marketplaceKey,
          paymentsSealingKey: publicHalf(secrets.paymentsKey),
        }),
      payments: (host) =>
        startPayments(host, {
          psp: {
            url: outside.pspUrl,
            dialect: settings.pspDialect,
            apiKey: secrets.pspApiKey,
            webhookSecret: secrets.pspWebhookSecret,
          },
          verifyKey: publicHalf(secrets.marketplaceKey),
          decryptKey: secrets.paymentsKey,
        }),
      fulfillment: (host) =>
        startFulfillment(host, {
          carriers: {
            aurora: {
              url: outside.carrierUrl,
              apiKey: secrets.carrierApiKey,
              webhookSecret: secrets.carrierWebhookSecret,
            },
          },
        }),
      'merchant-services': (host) =>
        startMerchantServices(host, { standardBudget: settings.costBudget }),
    };
  }

  private database(
    part: string,
    name: SubgraphName,
    role: string,
    poolSize: number,
  ): Promise<Database> {
    return this.options.life.start(
      `database of ${part}`,
      () =>
        Database.open({
          url: this.options.urls[name],
          schema: schemaOf(name),
          role,
          poolSize,
          clock: systemClock,
          tracing: this.tracing,
          onFacts: () => {
            this.doorbell.ring(name);
          },
        }),
      (db) => db.close(),
    );
  }
}
