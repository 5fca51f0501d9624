import { type FiledFile, chooseFiles } from './packet-files.rules';

const limits = { types: ['image/png', 'application/pdf'], maxBytes: 50, maxBytesTogether: 100 };
const file = (name: string, more: Partial<FiledFile> = {}): FiledFile => ({
  ...{ field: 'RECEIPT', hash: `hash of ${name}`, contentType: 'image/png', size: 10, name },
  ...{ isOwn: false, ...more },
});
const chosen = (...filed: FiledFile[]) =>
  chooseFiles(filed, limits).files.map(({ slot, name }) => `${slot} ${name}`);

test('one file for each field: the newest, but what was filed for the bank before all', () => {
  expect(chosen(file('a'), file('b'))).toEqual(['receipt b']);
  expect(chosen(file('a', { isOwn: true }), file('b'))).toEqual(['receipt a']);
  const papers = file('c', { field: 'SHIPPING_DOCUMENTATION' });
  expect(chosen(papers, file('d', { field: 'PROOF_OF_DELIVERY' }), file('e'))).toEqual([
    ...['shipping_documentation d', 'receipt e'],
  ]);
});

test('what the PSP does not take gives way to the next one', () => {
  expect(chosen(file('a'), file('b', { contentType: 'image/webp' }))).toEqual(['receipt a']);
  expect(chosen(file('a'), file('b', { size: 51 }))).toEqual(['receipt a']);
});

test('what convinces most has room first, when not all fit together', () => {
  const big = { size: 50 };
  const all = [file('a', { ...big, field: 'OTHER' }), file('b', big)];
  expect(chosen(...all, file('c', { ...big, field: 'PROOF_OF_DELIVERY' }))).toEqual([
    ...['shipping_documentation c', 'receipt b'],
  ]);
});

test('the bank is told what is enclosed and what else there is, each content once', () => {
  const same = file('copy of b', { hash: 'hash of b' });
  expect(chooseFiles([file('a'), same, file('b')], limits).notes).toEqual([
    'Enclosed: RECEIPT b (SHA-256 hash of b)',
    'Not enclosed, to be had from us: RECEIPT a (SHA-256 hash of a)',
  ]);
});
