import type { AppliedField } from './applied-fields';
import { DEFAULT_LIST_SIZE } from './cost-model';
import { type Score, type Values, scoreOf } from './input-cost';
import type { Length } from './list-length';

/** One question about one request; `run` tells them apart. */
export interface Evaluation {
  readonly variables: Values;
  readonly run: number;
}

/** Lists directly inside a connection have the length that the connection was asked for. */
interface Inherited {
  readonly fields: readonly string[];
  readonly length: number;
}

export interface FieldParts {
  /** In the answer. */
  readonly key: string;
  readonly name: string;
  /** Of one of it. */
  readonly weight: number;
  /** It is work even when nothing comes of it. */
  readonly countsWhenNull: boolean;
  readonly input: Score;
  readonly below: SelectionCost | undefined;
  /** 0: no list. */
  readonly listDepth: number;
  readonly length: Length;
  readonly sizedFields: readonly string[];
}

/** The cost of one field of one type. */
export class FieldCost {
  private unitOf = 0;
  private unit = 0;

  constructor(private readonly parts: FieldParts) {}

  get isFree(): boolean {
    const { weight, input, below } = this.parts;
    return weight === 0 && input === 0 && below === undefined;
  }

  get key(): string {
    return this.parts.key;
  }

  requested(evaluation: Evaluation, inherited: Inherited | undefined): number {
    const { input, name, listDepth, length } = this.parts;
    const { variables } = evaluation;
    let count = 1;
    if (listDepth > 0) {
      const sized = inherited?.fields.includes(name) === true;
      count = sized ? inherited.length : length(variables);
      count *= DEFAULT_LIST_SIZE ** (listDepth - 1);
    }
    return scoreOf(input, variables) + count * this.one(evaluation);
  }

  actual(evaluation: Evaluation, value: unknown): number {
    if (value === undefined) return 0;
    return scoreOf(this.parts.input, evaluation.variables) + this.found(evaluation, value);
  }

  /** Asked once an evaluation, however many types share what is below. */
  private one(evaluation: Evaluation): number {
    if (this.unitOf === evaluation.run) return this.unit;
    const { weight, below, sizedFields, length } = this.parts;
    const inherited =
      sizedFields.length === 0
        ? undefined
        : { fields: sizedFields, length: length(evaluation.variables) };
    this.unit = weight + (below?.requested(evaluation, inherited) ?? 0);
    this.unitOf = evaluation.run;
    return this.unit;
  }

  private found(evaluation: Evaluation, value: unknown): number {
    const { weight, countsWhenNull, below, listDepth } = this.parts;
    if (value === null) return countsWhenNull && listDepth === 0 ? weight : 0;
    if (!Array.isArray(value)) return weight + (below?.actual(evaluation, value) ?? 0);
    if (below === undefined) return weight * value.length;
    let total = 0;
    for (const item of value as unknown[]) total += this.found(evaluation, item);
    return total;
  }
}

export interface CostedField extends Pick<AppliedField, 'conditions'> {
  readonly cost: FieldCost;
}

/** What is selected in an object: fields that cost something, for each type that it can have. */
export class SelectionCost {
  constructor(private readonly byType: readonly (readonly CostedField[])[]) {}

  get isFree(): boolean {
    return this.byType.every((fields) => fields.length === 0);
  }

  requested(evaluation: Evaluation, inherited: Inherited | undefined): number {
    let most = 0;
    for (const fields of this.byType) {
      let total = 0;
      for (const { conditions, cost } of fields) {
        const asked = conditions.every((holds) => holds(evaluation.variables));
        if (asked) total += cost.requested(evaluation, inherited);
      }
      most = Math.max(most, total);
    }
    return most;
  }

  /** The answer need not tell its type: the dearest that it could have counts, as it did before. */
  actual(evaluation: Evaluation, object: unknown): number {
    let most = 0;
    for (const fields of this.byType) {
      let total = 0;
      for (const { conditions, cost } of fields) {
        const asked = conditions.every((holds) => holds(evaluation.variables));
        if (asked) total += cost.actual(evaluation, (object as Values)[cost.key]);
      }
      most = Math.max(most, total);
    }
    return most;
  }
}
