import { raw } from 'bwip-js';
import { PDFDocument } from 'pdf-lib';
import { type Booking } from './aurora.facts';
import { labelPdf, ssccBarcode } from './label.pdf';

const ADDRESS = {
  name: 'Łukasz 中 Ação',
  street: 'A street whose name is far too long for any label that is four inches wide',
  city: 'Manaus',
  region: 'AM',
  postalCode: '69005-010',
  country: 'BR',
};
const PARCEL = { weightG: 1_234, lengthCm: 1, widthCm: 2, heightCm: 3 };
const BOOKING: Booking = {
  id: 'aur_1',
  clientRef: 'c',
  reference: null,
  service: 'STANDARD',
  from: ADDRESS,
  to: ADDRESS,
  parcels: [
    { ...PARCEL, ref: 'a', sscc: '106141411234567897', trackingNumber: 'AUR1' },
    { ...PARCEL, ref: 'b', sscc: '340123450000000000', trackingNumber: 'AUR2' },
  ],
  chargeMinor: '1',
  currency: 'BRL',
  createdAt: '2026-01-01T00:00:00.000Z',
  collectAtMs: null,
};

test('a label is a PDF with a 4x6 inch page for each parcel, the same each time', async () => {
  const bytes = await labelPdf(BOOKING);
  expect(bytes.subarray(0, 5).toString()).toBe('%PDF-');
  const pages = (await PDFDocument.load(bytes)).getPages();
  expect(pages.map((page) => page.getSize())).toEqual([
    { width: 288, height: 432 },
    { width: 288, height: 432 },
  ]);
  expect((await labelPdf(BOOKING)).equals(bytes)).toBe(true);
});

test('the barcode holds FNC1, application identifier 00 and the SSCC', async () => {
  expect((await ssccBarcode('106141411234567897')).subarray(1, 4).toString()).toBe('PNG');
  const [drawn] = raw({ bcid: 'gs1-128', text: '(00)106141411234567897' }) as { sbs: number[] }[];
  // Widths of bars and spaces: start C is 2 1 1 2 3 2, FNC1 is 4 1 1 1 3 1, 00 is 2 1 2 2 2 2.
  expect(drawn?.sbs.slice(0, 18)).toEqual([2, 1, 1, 2, 3, 2, 4, 1, 1, 1, 3, 1, 2, 1, 2, 2, 2, 2]);
});
