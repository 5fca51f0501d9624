import { createHash } from 'node:crypto';
import { looksLikeCardNumber } from '../payments/payment.rules';
import {
  type EvidenceType,
  MAX_EVIDENCE_BYTES,
  newDecoder,
  printable,
  sniffType,
} from './evidence-type.rules';

/** Why bytes are not kept. */
export type IntakeRefusal = 'TOO_LARGE' | 'WRONG_TYPE' | 'CARD_NUMBER';

/** A card number with its groups is shorter than this, so one that two pieces share is in both. */
const LONGEST_NUMBER = 64;
/** Most of a text that is kept until a place to cut it comes. */
const MOST_UNCUT = 64 * 1024;
/** Nothing that could be part of a card number goes on behind what this ends with. */
const CUT = /[^0-9A-Za-z -](?=[0-9A-Za-z -]*$)/;

/** Looks at a file as it comes, piece by piece, and remembers next to nothing of it. */
export class EvidenceIntake {
  private readonly hash = createHash('sha256');
  private readonly text: TextIntake | undefined;
  private size = 0;

  constructor(private readonly contentType: EvidenceType) {
    this.text = contentType === 'text/plain' ? new TextIntake() : undefined;
  }

  /** Takes the next piece; the first one has at least 12 bytes, if the file has. Says when it is refused, and then ends. */
  take(piece: Buffer): IntakeRefusal | undefined {
    if (this.size + piece.length > MAX_EVIDENCE_BYTES) return 'TOO_LARGE';
    if (this.size === 0 && sniffType(piece) !== this.contentType) return 'WRONG_TYPE';
    this.size += piece.length;
    this.hash.update(piece);
    return this.text?.take(piece);
  }

  /** What all of it was. */
  end(): IntakeRefusal | { readonly hash: string; readonly size: number } {
    if (this.size === 0) return 'WRONG_TYPE';
    return this.text?.end() ?? { hash: this.hash.digest('hex'), size: this.size };
  }
}

/**
 * A text must be one to its end and hold no card number, also not where two pieces meet. Digits that are all there is are
 * looked at by themselves, in the end: hence the line break before everything else.
 */
class TextIntake {
  private readonly decoder = newDecoder();
  private rest = '';
  /** The digits of a text that is made of nothing but them, blanks and dashes; undefined as soon as it is not. */
  private digits: string | undefined = '';

  take(piece: Buffer): IntakeRefusal | undefined {
    const text = printable(this.decoder, piece, true);
    return text === undefined ? 'WRONG_TYPE' : this.look(text);
  }

  end(): IntakeRefusal | undefined {
    const last = printable(this.decoder, Buffer.alloc(0), false);
    if (last === undefined) return 'WRONG_TYPE';
    return looksLikeCardNumber(`\n${this.rest}${last}`) || looksLikeCardNumber(this.digits ?? '')
      ? 'CARD_NUMBER'
      : undefined;
  }

  private look(text: string): IntakeRefusal | undefined {
    if (this.digits !== undefined) {
      const isBare = /^[\d -]*$/.test(text);
      // longer than any number is no number, however much longer
      this.digits = isBare
        ? (this.digits + text.replace(/[ -]/g, '')).slice(0, LONGEST_NUMBER)
        : undefined;
    }
    const whole = this.rest + text;
    const cut = whole.search(CUT) + 1;
    if (cut === 0 && whole.length <= MOST_UNCUT) {
      this.rest = whole;
      return undefined;
    }
    this.rest = cut === 0 ? whole.slice(-LONGEST_NUMBER) : whole.slice(cut);
    const seen = cut === 0 ? whole : whole.slice(0, cut);
    return looksLikeCardNumber(`\n${seen}`) ? 'CARD_NUMBER' : undefined;
  }
}
