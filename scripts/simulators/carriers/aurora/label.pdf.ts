import { toBuffer } from 'bwip-js';
import { PDFDocument, type PDFFont, type PDFPage, StandardFonts } from 'pdf-lib';
import { type Address, type Booking, type Parcel } from './aurora.facts';

/** 4 x 6 inches. */
const WIDTH = 288;
const HEIGHT = 432;
const MARGIN = 16;

interface Fonts {
  plain: PDFFont;
  bold: PDFFont;
}

/** The label of a shipment: one 4x6 inch page for each parcel. */
export async function labelPdf(booking: Booking): Promise<Buffer> {
  const document = await PDFDocument.create();
  document.setTitle(`Label ${booking.id}`);
  // The booking's time, not today's: the same label has the same bytes each time.
  document.setCreationDate(new Date(booking.createdAt));
  document.setModificationDate(new Date(booking.createdAt));
  const fonts = {
    plain: await document.embedFont(StandardFonts.Helvetica),
    bold: await document.embedFont(StandardFonts.HelveticaBold),
  };
  for (const [at, parcel] of booking.parcels.entries()) {
    const page = document.addPage([WIDTH, HEIGHT]);
    drawTexts(
      page,
      fonts,
      booking,
      parcel,
      `${String(at + 1)} of ${String(booking.parcels.length)}`,
    );
    const barcode = await document.embedPng(await ssccBarcode(parcel.sscc));
    const width = WIDTH - 2 * MARGIN;
    const height = Math.min(120, (width / barcode.width) * barcode.height);
    page.drawImage(barcode, { x: MARGIN, y: 56, width, height });
  }
  return Buffer.from(await document.save());
}

/** The GS1-128 barcode of an SSCC (application identifier 00) as PNG. */
export async function ssccBarcode(sscc: string): Promise<Buffer> {
  return toBuffer({
    bcid: 'gs1-128',
    text: `(00)${sscc}`,
    scale: 3,
    height: 22,
    includetext: true,
    textxalign: 'center',
  });
}

function drawTexts(
  page: PDFPage,
  fonts: Fonts,
  booking: Booking,
  parcel: Parcel,
  position: string,
): void {
  const write = (text: string, y: number, size: number, font: PDFFont): void => {
    page.drawText(fitted(text, font, size), { x: MARGIN, y, size, font });
  };
  const rule = (y: number): void => {
    page.drawLine({ start: { x: MARGIN, y }, end: { x: WIDTH - MARGIN, y }, thickness: 1 });
  };
  write(`AURORA  ${booking.service}`, 398, 20, fonts.bold);
  rule(388);
  write('From', 374, 8, fonts.bold);
  linesOf(booking.from).forEach((line, at) => {
    write(line, 362 - at * 11, 9, fonts.plain);
  });
  rule(312);
  write('To', 298, 8, fonts.bold);
  linesOf(booking.to).forEach((line, at) => {
    write(line, 280 - at * 17, 14, at === 0 ? fonts.bold : fonts.plain);
  });
  rule(204);
  const weight = `${(parcel.weightG / 1000).toFixed(2)} kg`;
  write(`Parcel ${position}   ${weight}   Ref ${parcel.ref}`, 188, 9, fonts.plain);
  write(`Tracking ${parcel.trackingNumber}`, 30, 13, fonts.bold);
}

function linesOf({ name, street, city, region, postalCode, country }: Address): string[] {
  return [name, street, [postalCode, city].join(' ').trim(), [region, country].join(' ').trim()];
}

/** Text in letters the standard fonts have, cut to the width of the label. */
function fitted(text: string, font: PDFFont, size: number): string {
  let fit = Array.from(text, (letter) => printable(letter, font)).join('');
  while (font.widthOfTextAtSize(fit, size) > WIDTH - 2 * MARGIN) fit = fit.slice(0, -1);
  return fit;
}

function printable(letter: string, font: PDFFont): string {
  for (const form of [letter, letter.normalize('NFKD').replace(/\p{M}/gu, '')]) {
    try {
      font.encodeText(form);
      if (!/\p{Cc}/u.test(form)) return form;
    } catch {
      // Not in this font: try the letter without its marks.
    }
  }
  return '?';
}
