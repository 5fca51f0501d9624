import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { Weekday } from './business-calendar.rules';

/** On which days nobody works in a country. A country without a row works Monday to Friday. */
@Entity('businessCalendar')
export class BusinessCalendarRow {
  /** ISO 3166-1 alpha-2. */
  @PrimaryColumn({ type: 'text' })
  country!: string;

  @Column({ type: 'text', array: true })
  weekend!: Weekday[];

  /** Like `2026-12-25`, in their order. */
  @Column({ type: 'text', array: true })
  holidays!: string[];

  /** Our operators work in this country; at most one. */
  @Column({ type: 'boolean' })
  ofOperators!: boolean;

  @Column({ type: 'text' })
  changedBy!: string;

  @Column({ type: 'timestamptz' })
  changedAt!: Date;

  @Column({ type: 'integer' })
  version!: number;
}
