import { type Payment } from './psp.facts';

/** The page behind `actionUrl`: what a payer's bank would show. Ids hold no markup by construction. */
export function actionPage(payment: Payment): Buffer {
  const open = payment.status === 'requires_action';
  const buttons = ['success', 'failure']
    .map((outcome) => `<button onclick="answer('${outcome}')">${outcome}</button>`)
    .join(' ');
  return Buffer.from(`<!doctype html><meta charset="utf-8"><title>Confirm the payment</title>
<h1>Confirm ${payment.amountMinor} minor units of ${payment.currency}?</h1>
<p id="state">${open ? buttons : `This payment is ${payment.status}.`}</p>
<script>
async function answer(outcome) {
  const response = await fetch('', { method: 'POST', body: JSON.stringify({ outcome }) });
  const reply = await response.json();
  document.getElementById('state').textContent = reply.status || reply.error.message;
}
</script>`);
}
